package cli

import (
	"errors"
	"net"
	"strconv"

	"github.com/rtmpscope/rtmpscope/proxy"
)

// listenFailed says what to do about an address that cannot be listened on, and
// tells one that none can have from one that cannot be had.
func listenFailed(err error) error {
	listen, ok := errors.AsType[*proxy.ListenError](err)
	if !ok {
		return fail(exitFailed, "%w", err)
	}
	advice := "check the address given with --listen"
	switch listen.Cause() {
	case proxy.AddressMalformed:
		return fail(exitUsage, "--listen %s: %s; write HOST:PORT, or :PORT for all addresses, for example 127.0.0.1:1936 or :1936",
			listen.Address, listen.Words())
	case proxy.AddressInUse:
		advice = "another program has this port; stop it or choose another one, for example --listen " + nextPort(listen.Address)
	case proxy.AddressForbidden:
		advice = "ports below 1024 need privileges; choose a higher one, for example --listen 127.0.0.1:1935"
	case proxy.AddressForeign:
		advice = "use an address of this machine, for example --listen 127.0.0.1:1935"
	}
	return fail(exitFailed, "%w: %s", err, advice)
}

// nextPort is the address with the port behind, or one that will do.
func nextPort(address string) string {
	host, port, err := net.SplitHostPort(address)
	n, numErr := strconv.ParseUint(port, 10, 16)
	if err != nil || numErr != nil || n == 65535 {
		return "127.0.0.1:1936"
	}
	return net.JoinHostPort(host, strconv.FormatUint(n+1, 10))
}
