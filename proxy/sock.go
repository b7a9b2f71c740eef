package proxy

import (
	"net"
	"syscall"
)

// reset closes conn with RST instead of FIN, if it knows how to, and drops what
// was not sent yet.
func reset(conn net.Conn) {
	if tcp, ok := socket(conn).(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0) // it fails on a closed socket only
	}
	_ = conn.Close()
}

// socket returns the connection below wrappers such as *tls.Conn.
func socket(conn net.Conn) net.Conn {
	for {
		w, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return conn
		}
		conn = w.NetConn()
	}
}

// control calls f with the file descriptor of conn, if it has an open one.
func control(conn net.Conn, f func(fd int)) {
	sc, ok := socket(conn).(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { f(int(fd)) }) // fails on a closed one: f is not called
}
