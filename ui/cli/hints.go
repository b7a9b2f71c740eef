package cli

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/proxy/endpoint"
)

// hints are the lines that tell a person what to type, for the first listening
// address. scheme is rtmp or rtmps.
func hints(scheme string, listen net.Addr, to target) []string {
	at := dialable(listen, ownAddrs())
	app := to.app
	if app == "" {
		app = "/live"
	}
	base := message.Masked(scheme + "://" + at[0] + app)
	lines := []string{
		"OBS      Server: " + base + "   Stream Key: yours",
		"publish  ffmpeg -re -i FILE -c copy -f flv " + base + "/KEY",
		"play     ffplay " + base + "/NAME",
	}
	if len(at) > 1 {
		lines = append(lines, "also at  "+strings.Join(at[1:], ", "))
	}
	return lines
}

// maxAlso bounds how many addresses of this machine are named.
const maxAlso = 4

// dialable lists the addresses at which a listener is reached: of one that listens
// on all addresses those of this machine, because nobody can dial [::]. own are
// those, the loopback one is for a machine that has no other.
func dialable(listen net.Addr, own []netip.Addr) []string {
	at, err := netip.ParseAddrPort(listen.String())
	if err != nil || !at.Addr().IsUnspecified() {
		return []string{listen.String()}
	}
	var all []string
	for _, ip := range own {
		if len(all) < maxAlso && (ip.Is4() || !at.Addr().Is4()) {
			all = append(all, netip.AddrPortFrom(ip, at.Port()).String())
		}
	}
	if all == nil {
		all = []string{netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port()).String()}
	}
	return all
}

// ownAddrs lists the addresses at which other machines may reach this one, IPv4
// first. It is empty when the system does not tell.
func ownAddrs() []netip.Addr {
	found, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var own []netip.Addr
	for _, a := range found {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			if ip, ok := netip.AddrFromSlice(n.IP); ok {
				own = append(own, ip.Unmap())
			}
		}
	}
	slices.SortStableFunc(own, func(a, b netip.Addr) int { return a.BitLen() - b.BitLen() })
	return own
}

// demoHints are the lines for the built-in server.
func demoHints(scheme string, listen net.Addr) []string {
	return append(hints(scheme, listen, target{}), fmt.Sprintf("test     ffplay %s://%s/%s   (a clock, always there, shown as %s)", scheme, dialable(listen, ownAddrs())[0], endpoint.ClockStream, maskedClock))
}

// maskedClock is how the test stream is shown: its name is masked like that of any
// stream, because no name says by itself that nobody need keep it secret.
var maskedClock = maskedName(endpoint.ClockStream)

// maskedName masks the stream of app/stream.
func maskedName(name string) string {
	app, stream, _ := strings.Cut(name, "/")
	return app + "/" + text.Secret(stream).Show(false)
}
