package proxy

import (
	"fmt"
	"net"
	"net/netip"
)

// isOwn reports whether a connection to target would arrive at one of our listeners.
func (s *Server) isOwn(target netip.AddrPort) bool {
	for _, l := range s.Addrs() {
		if reaches(target, addrPort(l), isLocal) {
			return true
		}
	}
	return false
}

// goesRound says in words that the connections which are open look as if the upstream
// sent them back here, or "". A connection that goes round makes another one at once,
// until a limit stops it; then nearly all come from where they are relayed to.
func (s *Server) goesRound() string {
	var round, all int
	var from netip.Addr
	for _, c := range s.open() {
		info := c.info.Load()
		all++
		if at := info.Client.Addr(); at.IsValid() && at == info.Server.Addr() {
			round, from = round+1, at
		}
	}
	if round < minRound || round*10 < all*9 {
		return ""
	}
	return fmt.Sprintf("; %d of the %d come from the upstream's own address %s: if it relays to this proxy, they go round in a loop", round, all, from)
}

// minRound is how many connections are no accident.
const minRound = 8

// reaches reports whether a connection to target arrives at a listener. local says
// whether an address belongs to this machine.
func reaches(target, listener netip.AddrPort, local func(netip.Addr) bool) bool {
	if !target.IsValid() || !listener.IsValid() || target.Port() != listener.Port() {
		return false
	}
	to, at := dialled(target.Addr()), listener.Addr().WithZone("")
	switch {
	case !at.IsUnspecified():
		return to == at
	case at.Is4() && !to.Is4():
		return false
	}
	return local(to)
}

// dialled returns the address that is connected to when ip is dialled: for the
// unspecified address that is loopback.
func dialled(ip netip.Addr) netip.Addr {
	ip = ip.Unmap().WithZone("")
	switch {
	case !ip.IsUnspecified():
		return ip
	case ip.Is4():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.IPv6Loopback()
}

// isLocal reports whether ip is an address of this machine. When the interfaces
// cannot be listed, only loopback is known to be.
func isLocal(ip netip.Addr) bool {
	if ip.IsLoopback() {
		return true
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.Equal(ip.AsSlice()) {
			return true
		}
	}
	return false
}
