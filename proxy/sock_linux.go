package proxy

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// tcpClose is TCP_CLOSE of Linux's net/tcp_states.h: the socket has no connection any more.
const tcpClose = 7

// unsent returns how many bytes written to conn the peer has not acknowledged
// (SIOCOUTQ, tcp(7)), or 0 if that is unknown.
func unsent(conn net.Conn) (n int) {
	control(conn, func(fd int) {
		if v, err := unix.IoctlGetInt(fd, unix.SIOCOUTQ); err == nil {
			n = v
		}
	})
	return n
}

// measured returns what the system knows of the way to the peer of conn, its counters
// since the connection began, and how many bytes the peer has acknowledged
// (tcpi_bytes_acked, RFC 4898 tcpEStatsAppHCThruOctetsAcked).
func measured(conn net.Conn) (p Path, taken int64, known bool) {
	control(conn, func(fd int) {
		if info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			known, taken = true, int64(info.Bytes_acked)
			p = Path{
				RTT: time.Duration(info.Rtt) * time.Microsecond, Delivery: int64(info.Delivery_rate), Retransmitted: int64(info.Total_retrans),
				Unacked: int64(info.Unacked), Unsent: int64(info.Notsent_bytes), WindowFull: time.Duration(info.Rwnd_limited) * time.Microsecond,
			}
		}
	})
	return p, taken, known
}

// owed reports whether the peer of conn owes an answer, to bytes or, when its window
// is shut, to the question whether it has opened, and when its latest answer came
// (tcpi_unacked and tcpi_last_ack_recv).
func owed(conn net.Conn, now time.Time) (owes, shut bool, answered time.Time) {
	waiting := unsent(conn)
	if waiting == 0 {
		return false, true, now // all that was written is acknowledged, FIN too
	}
	control(conn, func(fd int) {
		if info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO); err == nil && info.State != tcpClose {
			owes, shut = info.Unacked > 0 || waiting > 0, info.Unacked == 0
			answered = now.Add(-time.Duration(info.Last_ack_recv) * time.Millisecond)
		}
	})
	return owes, shut, answered
}

// socketClosed reports whether the kernel has given the connection up, because
// of a reset or an error. Unlike SO_ERROR the question does not consume the error.
func socketClosed(conn net.Conn) (closed bool) {
	control(conn, func(fd int) {
		info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		closed = err == nil && info.State == tcpClose
	})
	return closed
}
