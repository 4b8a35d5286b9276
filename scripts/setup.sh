# Sourced by the scripts: goes to the top of the project and sees to it that all packages are there.

set -eu
cd "$(dirname "$0")/.."

fail() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

packages() {
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' scripts/packages | awk '{ print $1 }'
}

install_packages() {
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		command -v meson >/dev/null && command -v pkg-config >/dev/null && return
		fail "this is not a Debian system. Install meson, ninja, pkg-config, a C compiler, libevent and msgpack-c;
for everything also libcurl, jansson, Criterion, clang, doxygen, openssl and python3. Debian's names: scripts/packages"
	fi
	local missing="" package
	for package in $(packages); do
		case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)" in
		"install ok installed") ;;
		*) missing="$missing $package" ;;
		esac
	done
	[ -n "$missing" ] || return 0
	# shellcheck disable=SC2086
	apt_install $missing || fail "apt-get could not install:$missing"
}

# apt_install PACKAGE...: false if that fails; ends without the right to install.
apt_install() {
	echo "Installing: $*"
	local as_root=""
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || fail "not root, and there is no sudo. As root: apt-get install $*"
		as_root=sudo
	fi
	$as_root apt-get update -qq || fail "apt-get update failed"
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# configure DIRECTORY OPTION...: set up a build, or bring it up to date.
configure() {
	local directory=$1 log
	shift
	mkdir -p build
	log=build/$(basename "$directory").configure.log
	if [ -f "$directory/build.ninja" ]; then
		meson configure "$directory" "$@" >"$log" 2>&1 || { cat "$log" >&2; fail "configuring $directory failed"; }
	else
		meson setup "$directory" "$@" >"$log" 2>&1 || { cat "$log" >&2; fail "configuring $directory failed"; }
	fi
}

# build DIRECTORY: quiet unless it fails.
build() {
	local log
	log=build/$(basename "$1").build.log
	ninja -C "$1" >"$log" 2>&1 || { grep -vE '^\[[0-9]+/[0-9]+\]' "$log" >&2; fail "building $1 failed"; }
}
