package proxy

import (
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
