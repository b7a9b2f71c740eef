//go:build !linux

package proxy

import (
	"net"
	"time"
)

// unsent is not known here: a reset may overtake bytes that were just written.
func unsent(net.Conn) int { return 0 }

// measured is not known here: only a write that does not end tells of a receiver
// that takes nothing, or too little.
func measured(net.Conn) (p Path, taken int64, known bool) { return Path{}, 0, false }

// owed is not known here: keepalive alone tells that a peer has vanished.
func owed(net.Conn, time.Time) (owes, shut bool, answered time.Time) {
	return false, false, time.Time{}
}

// socketClosed is not known here: a reset during a write may be read as EOF.
func socketClosed(net.Conn) bool { return false }
