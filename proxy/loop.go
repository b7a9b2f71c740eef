package proxy

import (
	"cmp"
	"fmt"
	"math/bits"
	"net"
	"net/netip"
	"slices"
	"time"
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

// suspectLoop says that connections seem to go round in a loop as soon as there are enough
// to tell, long before a limit stops them; open is how many there are.
func (s *Server) suspectLoop(open int) {
	if open < 2*minRound || bits.OnesCount(uint(open)) != 1 { // now and then, because it looks at all
		return
	}
	if words := s.goesRound(); words != "" && s.chained() && s.rounds.ready(time.Now()) > 0 {
		s.log.Warnf("%d connections are open, and each came as soon as the one before had reached the upstream%s", open, words)
	}
}

// chainWithin is how soon a connection comes back that goes round.
const chainWithin = time.Second

// chained reports whether nearly every connection was accepted right after the one before
// it had reached the upstream. Clients that come by themselves do not wait for one another.
func (s *Server) chained() bool {
	all := s.open()
	slices.SortFunc(all, func(a, b *session) int { return cmp.Compare(a.id, b.id) })
	links := 0
	for i := 1; i < len(all); i++ {
		before, next := all[i-1].info.Load(), all[i].info.Load()
		if d := next.Accepted.Sub(before.Connected); !before.Connected.IsZero() && d > -chainWithin/50 && d < chainWithin {
			links++
		}
	}
	return links*10 >= (len(all)-1)*8 // the last ones are still under way
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
