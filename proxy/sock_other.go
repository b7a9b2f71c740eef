//go:build !linux

package proxy

import "net"

// unsent is not known here: a reset may overtake bytes that were just written.
func unsent(net.Conn) int { return 0 }

// socketClosed is not known here: a reset during a write may be read as EOF.
func socketClosed(net.Conn) bool { return false }
