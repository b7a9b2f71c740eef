package source

import (
	"errors"
	"io"
)

// Copy writes what a capture holds to w, and returns how many bytes that are. The first
// segments may have been removed: what follows them is a section of its own. One
// that is removed while it is being copied is a [*RotatedError].
func Copy(w io.Writer, src Sized) (written int64, err error) {
	buf := make([]byte, feederSize)
	for at, end := int64(0), src.Size(); at < end; {
		n, err := src.ReadAt(buf[:min(int64(len(buf)), end-at)], at)
		var rotated *RotatedError
		switch {
		case n > 0: // what an error means shows with the next read
		case errors.As(err, &rotated) && rotated.Next > at && written == 0:
			at = rotated.Next
			continue
		case err == nil:
			return written, io.ErrNoProgress
		default:
			return written, err
		}
		more, err := w.Write(buf[:n])
		written += int64(more)
		if err != nil {
			return written, err
		}
		at += int64(n)
	}
	return written, nil
}
