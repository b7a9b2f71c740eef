package cli

import "io"

// remembering is a standard output that remembers that it failed, for those who write
// to it and cannot say so: help, above all.
type remembering struct {
	io.Writer
	err error
}

// Write writes until that fails.
func (r *remembering) Write(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.Writer.Write(p)
	r.err = err
	return n, err
}
