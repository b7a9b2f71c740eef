package cli

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/rtmpscope/rtmpscope/proxy"
)

func TestListenAdvice(t *testing.T) {
	malformed := &net.OpError{Op: "listen", Net: "tcp", Err: &net.AddrError{Err: "missing port in address", Addr: "1946"}}
	for _, tt := range []struct {
		addr string
		err  error
		code int
		want string
	}{
		{"127.0.0.1:1935", syscall.EADDRINUSE, exitFailed, "listen 127.0.0.1:1935: address already in use: another program has this port; stop it or choose another one, for example --listen 127.0.0.1:1936"},
		{"[::1]:1935", syscall.EADDRINUSE, exitFailed, "listen [::1]:1935: address already in use: another program has this port; stop it or choose another one, for example --listen [::1]:1936"},
		{"127.0.0.1:65535", syscall.EADDRINUSE, exitFailed, "listen 127.0.0.1:65535: address already in use: another program has this port; stop it or choose another one, for example --listen 127.0.0.1:1936"},
		{"127.0.0.1:80", syscall.EACCES, exitFailed, "listen 127.0.0.1:80: permission denied: ports below 1024 need privileges; choose a higher one, for example --listen 127.0.0.1:1935"},
		{"192.0.2.1:1935", syscall.EADDRNOTAVAIL, exitFailed, "listen 192.0.2.1:1935: this machine does not have that address: use an address of this machine, for example --listen 127.0.0.1:1935"},
		{"1946", malformed, exitUsage, "--listen 1946: missing port in address; write HOST:PORT, or :PORT for all addresses, for example 127.0.0.1:1936 or :1936"},
		{"127.0.0.1:1935", errors.New("broken"), exitFailed, "listen 127.0.0.1:1935: broken: check the address given with --listen"},
	} {
		err := listenFailed(&proxy.ListenError{Address: tt.addr, Err: tt.err})
		failed, ok := errors.AsType[*exitError](err)
		if err.Error() != tt.want || !ok || failed.code != tt.code {
			t.Errorf("got  %v\nwant %s (exit %d)", err, tt.want, tt.code)
		}
	}
	if err := listenFailed(net.ErrClosed); !errors.Is(err, net.ErrClosed) {
		t.Errorf("another error became %v", err)
	}
}
