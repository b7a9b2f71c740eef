//go:build unix

package need

import (
	"net/netip"
	"syscall"
	"testing"
)

// Nobody returns an address at which connections are refused until the test ends: its
// port is taken by a socket that does not listen, so that nobody else can.
func Nobody(t testing.TB) (address string) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fd)
	t.Cleanup(func() { _ = syscall.Close(fd) }) // nothing was sent
	local := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: local.As4()}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return netip.AddrPortFrom(local, uint16(name.(*syscall.SockaddrInet4).Port)).String()
}
