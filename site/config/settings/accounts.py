"""The settings of how staff sign in."""

from datetime import timedelta

from config import env

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "campaigns.cms.translations.translating.RequestPermissionsBackend",
]
LOGIN_URL = "wagtailadmin_login"
CSRF_FAILURE_VIEW = "staff.account.refuse_without_token"
WAGTAILADMIN_USER_LOGIN_FORM = "staff.forms.LoginForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "staff.forms.PasswordResetForm"
SESSION_ENGINE = "staff.sessions"
# Previous keys, with which older signed or encrypted data can still be read.
SECRET_KEY_FALLBACKS = env.keys("SECRET_KEY_FALLBACKS")
# How long a sign-in lasts; without "Remember me" it also ends with the browser.
SESSION_COOKIE_AGE = 60 * 60 * env.number("SESSION_HOURS", 12, least=1, most=720)
OTP_TOTP_ISSUER = "Lastdrop"
# A passkey is a second factor besides the password. Its host is that of BASE_URL, while the checks
# of the library expect it in settings of their own (staff.passkeys.verifying).
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
SILENCED_SYSTEM_CHECKS = ["otp_webauthn.E010", "otp_webauthn.E011", "otp_webauthn.E030"]

# Five failed attempts at an account from one network lock that network out of it for a while.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "staff/locked_out.html"
# For each attempt, the user name, an HMAC instead of the network, and the time are stored
# (docs/privacy.md).
AXES_HANDLER = "staff.lockout.Handler"
AXES_CLIENT_IP_CALLABLE = "staff.lockout.network_as_address"
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "code",
    "passkey",
    "csrfmiddlewaretoken",
    "next",
]
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
