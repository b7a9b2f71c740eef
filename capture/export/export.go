// Package export writes the rows of a capture in the formats that people and
// programs read: one line a row as text, one JSON object a row.
//
// Each format is one file and implements [Sink]: it receives the entries of a
// timeline in order and writes to an io.Writer. The same sink serves a live
// session and a reopened file, so both give the same bytes. The package folds
// nothing itself and never starts a user interface.
//
// Credentials are masked unless Options.ShowSecrets is set.
package export

import "github.com/rtmpscope/rtmpscope/decode/session"

// Options are common to all formats.
type Options struct {
	// ShowSecrets writes stream keys and tokens as they are.
	ShowSecrets bool
}

// Sink takes the rows of a timeline, in order. It is not safe for concurrent
// use. Flush writes out what is buffered; an error of the writer is sticky and
// returned by both.
type Sink interface {
	Row(e *session.Entry) error
	Flush() error
}
