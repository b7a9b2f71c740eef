package record

import (
	"errors"
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

// takesVectors says whether what is written to is a file of the system.
func (s *segmentSink) takesVectors() bool {
	_, ok := s.w.(syscall.Conn)
	return ok
}

// writeVectors writes pieces one after the other, with as few calls as possible
// (writev(2)). It changes pieces.
func (s *segmentSink) writeVectors(pieces [][]byte) error {
	conn, err := s.w.(syscall.Conn).SyscallConn()
	written := int64(0)
	for err == nil && len(pieces) > 0 {
		n := 0
		if n, err = writev(conn, pieces); err == nil && n == 0 {
			err = io.ErrShortWrite
		}
		written += int64(max(n, 0))
		pieces = behind(pieces, n)
	}
	return s.wrote(written, err)
}

// writev makes one call.
func writev(conn syscall.RawConn, pieces [][]byte) (n int, err error) {
	failed := conn.Write(func(fd uintptr) bool {
		for n, err = unix.Writev(int(fd), pieces); errors.Is(err, unix.EINTR); {
			n, err = unix.Writev(int(fd), pieces)
		}
		return !errors.Is(err, unix.EAGAIN) // of a pipe
	})
	return n, errors.Join(failed, err)
}

// behind is what is left of pieces behind the first n bytes.
func behind(pieces [][]byte, n int) [][]byte {
	for len(pieces) > 0 && n >= len(pieces[0]) {
		n -= len(pieces[0])
		pieces = pieces[1:]
	}
	if n > 0 {
		pieces[0] = pieces[0][n:]
	}
	return pieces
}
