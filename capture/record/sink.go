package record

import "io"

// segmentSink is one file being written. It knows how many bytes are in it for
// certain, and takes back what was written in part.
type segmentSink struct {
	w io.Writer
	n int64
}

func (s *segmentSink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	return n, s.wrote(int64(n), err)
}

// wrote counts what was written, or takes it back.
func (s *segmentSink) wrote(n int64, err error) error {
	if err == nil {
		s.n += n
		return nil
	}
	if t, ok := s.w.(interface{ Truncate(int64) error }); ok {
		t.Truncate(s.n) //nolint:errcheck // the next segment also says how much of this one counts
	}
	return err
}
