package cli

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// TestHintsCanBeDialled: what a person is told to type leads to the listener.
func TestHintsCanBeDialled(t *testing.T) {
	own := []netip.Addr{netip.MustParseAddr("192.168.1.5"), netip.MustParseAddr("10.0.0.7"), netip.MustParseAddr("2001:db8::1")}
	for _, tt := range []struct {
		listen string
		own    []netip.Addr
		want   []string
	}{
		{"127.0.0.1:1935", own, []string{"127.0.0.1:1935"}},
		{"[::1]:1935", own, []string{"[::1]:1935"}},
		{"0.0.0.0:1935", own, []string{"192.168.1.5:1935", "10.0.0.7:1935"}},
		{"[::]:1935", own, []string{"192.168.1.5:1935", "10.0.0.7:1935", "[2001:db8::1]:1935"}},
		{"[::]:1935", nil, []string{"127.0.0.1:1935"}},
		{"0.0.0.0:1935", own[2:], []string{"127.0.0.1:1935"}},
		{"[::]:1935", slices.Repeat(own[:1], 9), slices.Repeat([]string{"192.168.1.5:1935"}, maxAlso)},
	} {
		if got := dialable(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(tt.listen)), tt.own); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.listen, got, tt.want)
		}
	}
	for _, line := range append(hints("rtmp", &net.TCPAddr{IP: net.IPv4zero, Port: 1935}, target{}), demoHints("rtmp", &net.TCPAddr{IP: net.IPv6zero, Port: 1935})...) {
		if strings.Contains(line, "0.0.0.0") || strings.Contains(line, "[::]") {
			t.Errorf("nobody can dial what %q says", line)
		}
	}
}
