// Package export writes what a capture holds in the formats that people and
// programs read: rows as text, CSV or JSON, a report for a public thread or a
// browser, the media as it was sent, or a capture without credentials.
//
// Use: [Write] turns a finished capture into any format of [Formats]. The row
// formats are also available as a [Sink] ([NewJSONL], [NewPlain], [NewCSV]),
// which takes the entries of a live timeline as they come. Each format is one
// file.
//
// Credentials are masked unless Options.ShowSecrets is set. A Sink knows those
// that the timeline has met so far; Write reads the capture once before, so that
// a stream key is masked also where it stands before the command that names it.
//
// The package folds records itself, shows nothing on a screen and opens no
// connection. It does not decode media: it takes samples out of their wrapping.
package export

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Options say what is exported and how. The zero value is everything, masked.
type Options struct {
	// ShowSecrets writes stream keys and tokens as they are.
	ShowSecrets bool
	// Sessions are the numbers of the sessions to export, counted from 1; none
	// means all.
	Sessions []uint32
	// Rows are the first and the last row to export, counted from 1; 0 leaves
	// that end open. Findings of Judge are rows and count; notes go with the
	// row that they are about.
	Rows [2]uint32
	// Keep, if not nil, says which of those rows to export. It is called in
	// order and must not keep the entry.
	Keep func(*session.Entry) bool
	// From and StreamID choose the media to export by its sender and message
	// stream ID. Zero values take the first stream of the sessions that carries
	// what the format wants.
	From     session.Side
	StreamID uint32
	// Track, if not nil, is the Enhanced RTMP track to export where a format
	// carries one track; nil takes the first of its codec.
	Track *uint8
	// Chosen, if not nil, is told in words which media were chosen and which
	// others could have been, "" when there are none.
	Chosen func(what, others string)
	// Among names the file when the rows of several are written one after the other: in
	// a line before the first row, or in each JSON object.
	Among string
	// File names the capture in reports; "" when it has no name.
	File string
	// Title heads the reports; "" gives a plain one.
	Title string
	// Notes are shown in the reports.
	Notes []Note
	// Changes are notes that the capture does not hold yet: one with the ID of a note
	// that it holds takes its place, or takes it back.
	Changes []capture.Note
	// Judge, if not nil, adds findings. It is used for one fold.
	Judge session.Judge
	// Read, if not nil, is given the reader once it has read the whole capture:
	// it knows what was left out and what could not be read.
	Read func(*capture.Reader)
	// Version is that of the program, for the formats that name their writer.
	Version string

	mask *hider
}

// Note is what a person wrote about a place in a capture.
type Note struct {
	Session uint32 // 0: about the capture as a whole
	Row     uint32 // 0: about the session as a whole
	Text    string // any text; it is made safe
}

// changed is what a capture holds of notes after changes.
func changed(notes, changes []capture.Note) (out []capture.Note) {
	for _, n := range slices.Concat(notes, changes) {
		out = slices.DeleteFunc(out, func(o capture.Note) bool { return o.ID == n.ID })
		if !n.Deleted {
			out = append(out, n)
		}
	}
	return out
}

// Sink takes the rows of a timeline, in order. It is not safe for concurrent
// use. Flush writes out what is buffered; an error of the writer is sticky and
// returned by both. A sink writes every row it is given: selecting is for the
// caller.
type Sink interface {
	Row(e *session.Entry) error
	Flush() error
}

// show makes marked text fit for the format.
func (o *Options) show(m text.Marked) string { return o.mask.text(m.Show(o.ShowSecrets)) }

// safe makes wire text fit for the format that is not expected to hold a
// credential.
func (o *Options) safe(s string) string { return o.mask.text(text.Safe(s)) }

// wants reports whether a row is to be exported.
func (o *Options) wants(e *session.Entry) bool {
	number := e.Number
	if e.Kind == session.Noted {
		number = e.ReplyTo
	}
	switch {
	case !o.wantsSession(e.Session):
		return false
	case number < o.Rows[0], o.Rows[1] > 0 && number > o.Rows[1]:
		return false
	}
	return o.Keep == nil || o.Keep(e)
}

// wantsSession reports whether rows of a session are to be exported.
func (o *Options) wantsSession(number uint32) bool {
	for _, s := range o.Sessions {
		if s == number {
			return true
		}
	}
	return len(o.Sessions) == 0
}

// partial reports whether only some rows of a session may be wanted.
func (o *Options) partial() bool { return o.Rows != [2]uint32{} || o.Keep != nil }

// wantsFrom reports whether media of that sender are to be exported.
func (o *Options) wantsFrom(d decode.Direction) bool {
	return o.From == session.NoSide || o.From == session.SideOf(d)
}
