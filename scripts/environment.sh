# Sourced by the entry scripts: a virtual environment of the checkout's own, installed once.
# Usage: . scripts/environment.sh NAME EXTRA   (EXTRA may be empty)
#        . scripts/environment.sh NAME FILE.txt   (only what this list of requirements names)
#        . scripts/environment.sh NAME NAME==VERSION   (only this one, and what it needs)
# Leaves the environment's programs first on PATH and its folder in $environment.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

python_of_host() {
    local candidate
    # Not from an environment of ours that is active: it may be the one to be made anew.
    local PATH=":$PATH:"
    while [[ "$PATH" =~ :"$root"/.venv/[^:]*: ]]; do
        PATH=${PATH//"${BASH_REMATCH[0]}"/:}
    done
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$candidate"
            return
        fi
    done
    echo "no Python 3.11 or later on PATH; install one and run this again" >&2
    return 2
}

make_environment() {
    local folder="$root/.venv/$1" python stamp sources wanted
    case "$2" in
        *.txt)
            sources=("$root/$2")
            wanted=(--requirement "$root/$2")
            ;;
        *==*)
            sources=()
            wanted=("$2")
            ;;
        *)
            sources=("$root/pyproject.toml" "$root/scripts/constraints.txt")
            wanted=(--constraint "$root/scripts/constraints.txt" --editable "$root${2:+[$2]}")
            ;;
    esac
    # What an installation depends on; when none of it changed there is nothing to do.
    stamp=$(cat "${sources[@]}" "$root/scripts/environment.sh" - <<<"$2" | cksum)
    if [ "$(cat "$folder/stamp" 2>/dev/null)" != "$stamp $root" ]; then
        python=$(python_of_host) || return
        echo "setting up $folder (once; about a minute)" >&2
        rm -rf "$folder"
        "$python" -m venv "$folder" || return
        PIP_DISABLE_PIP_VERSION_CHECK=1 "$folder/bin/python" -m pip install --quiet --no-cache-dir "${wanted[@]}" \
            || return
        echo "$stamp $root" >"$folder/stamp"
    fi
    export PATH="$folder/bin:$PATH"
}

make_environment "$1" "$2"
