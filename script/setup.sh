# Sourced by script/server and script/test: sets up what must exist before Python can do the rest.

CDPATH='' cd -- "$(dirname -- "$0")/.." || exit 1

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Run a command, and stop it with all its children when this script is stopped. Files that the
# command creates must be readable for other users: PostgreSQL never runs as root, and needs files
# that root installs.
run() {
    mask=$(umask)
    umask 022
    "${python:-$venv/bin/python}" -c 'import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])' "$@" &
    child=$!
    umask "$mask"
    trap 'kill -- "-$child" "$child" 2>/dev/null; wait "$child" 2>/dev/null; exit 143' INT TERM HUP
    wait "$child"
    status=$?
    trap - INT TERM HUP
    return "$status"
}

venv=.venv
instead=  # what is installed in place of a pinned package, set by use_django and use_wagtail
oldest=11 # the minor version of Python 3

# use_django SERIES: use a separate .venv with the newest Django of this series.
use_django() {
    # A package may claim not to support this Django; the option exists to find out.
    instead="--no-deps django==$1.*"
    venv=.venv-django-$1
    oldest=12
}

# use_wagtail next: use a separate .venv with the newest Wagtail, including pre-releases, and the
# newest Django that it supports.
use_wagtail() {
    [ "$1" = next ] || fail "--with-wagtail knows one word: next."
    instead="--pre --upgrade wagtail"
    venv=.venv-wagtail-next
}

is_new_enough() {
    "$1" -c "import sys; sys.exit(sys.version_info < (3, $oldest))" >/dev/null 2>&1
}

# Sets $python.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        python=$PYTHON
        is_new_enough "$python" && return
    else
        for python in python3 python3.14 python3.13 python3.12 python3.11; do
            is_new_enough "$python" && return
        done
        python=python3
    fi
    version=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null) ||
        fail "Lastdrop needs Python 3.$oldest or newer, and $python does not run here (PYTHON may name another)."
    fail "Lastdrop needs Python 3.$oldest or newer; $python is $version (PYTHON may name another)."
}

# Succeed if $venv is complete, and belongs to $PYTHON if that is set.
venv_is_good() {
    [ ! -e "$venv/unfinished" ] && is_new_enough "$venv/bin/python" || return 1
    [ -z "${PYTHON:-}" ] || [ "$("$PYTHON" -V 2>&1)" = "$("$venv/bin/python" -V 2>&1)" ]
}

# install ARGUMENT…: install with uv, which needs a tenth of the time that pip needs
# (docs/adr/0080-uv-installs-while-developing.md). If uv does not run or does not find a package,
# pip installs. uv is installed apart from the packages, so that script/sbom does not count it as
# one of the site's.
install() {
    quiet=--quiet
    [ ! -t 1 ] || quiet= # show the progress to a person
    # uv does not read pip's settings, which may name a mirror.
    index=${PIP_INDEX_URL:-$("$venv/bin/python" -m pip config get global.index-url 2>/dev/null)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
    run "$venv/bin/python" -m pip install --quiet --require-hashes --no-compile \
        --disable-pip-version-check --target "$venv/installer" --upgrade \
        -r requirements-installer.txt 2>/dev/null &&
        run "$venv/installer/bin/uv" pip install $quiet --python "$venv/bin/python" --system-certs "$@" &&
        # Files in uv's cache may come from a user who lets nobody else read them.
        chmod -R go+rX "$venv" && return
    echo "uv did not install them: pip does, which takes longer …"
    # Python compiles modules when it imports them. To compile all that is installed would take as
    # long as everything else.
    run "$venv/bin/python" -m pip install $quiet --no-compile --disable-pip-version-check "$@"
}

# setup FILE…: make a $venv with the packages of these requirement files. If $venv/unfinished
# exists, an installation was interrupted, and the next one starts from nothing.
setup() {
    if ! venv_is_good; then
        find_python
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            fail "Python's venv is missing: install it first (on Debian: apt install python3-venv)."
        echo "Making a virtual environment in $venv with $("$python" -V 2>&1) …"
        rm -rf "$venv"
        mkdir "$venv" && : >"$venv/unfinished" || fail "This folder cannot be written to."
        run "$python" -m venv "$venv" || fail "The virtual environment could not be made."
    fi

    now="$("$venv/bin/python" -V) $instead $(cat requirements*.txt | cksum)"
    missing=
    for file in "$@"; do
        grep -qxF "$now $file" "$venv/installed" 2>/dev/null || missing="$missing -r $file"
    done
    if [ -n "$missing" ]; then
        echo "Installing Python packages …"
        : >"$venv/unfinished"
        # shellcheck disable=SC2086 # several arguments
        install --require-hashes $missing || {
            [ "$status" -gt 2 ] || rm "$venv/unfinished" # pip itself has failed, and undone its changes
            fail "The Python packages could not be installed: pip says above why."
        }
        if [ -n "$instead" ]; then
            # shellcheck disable=SC2086 # several arguments
            install $instead ||
                fail "pip could not install $instead: it says above why."
        fi
        {
            grep -F "$now " "$venv/installed" 2>/dev/null
            printf "$now %s\n" "$@"
        } >"$venv/installed.new"
        mv "$venv/installed.new" "$venv/installed"
        rm "$venv/unfinished"
    fi
    export PYTHONPATH="$PWD/site" # the package config is there
    # With this set, each process would compile all that it imports, for five seconds or more.
    unset PYTHONDONTWRITEBYTECODE
}
