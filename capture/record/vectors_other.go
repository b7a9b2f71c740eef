//go:build !linux

package record

import "errors"

// takesVectors is false: payloads are copied and written with one call.
func (s *segmentSink) takesVectors() bool { return false }

func (s *segmentSink) writeVectors([][]byte) error { return errors.ErrUnsupported }
