from django.urls import path

from staff import views

# Under the CMS's address, before its own.
urlpatterns = [
    path("second-factor/", views.overview, name="second_factor"),
    path("second-factor/set-up/", views.set_up, name="set_up_second_factor"),
    path("leave/", views.leave, name="leave"),
]
