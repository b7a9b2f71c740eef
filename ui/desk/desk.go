// Package desk is what a person can do with a capture besides looking: write
// notes into it, save and export what there is of it, compare two of its
// sessions, and keep a setting.
//
// [Desk] is the one interface between those who offer that and those who ask for
// it: a terminal UI today, any other front end tomorrow. What a desk can do is
// in its [Abilities]; what it cannot do, nobody may ask it for. [Capture] is the
// desk of a capture, one that still grows as well as a finished one, a file as
// well as a stream.
//
// A desk is used by one goroutine at a time, away from the one that draws: its
// methods read and write files and take as long as that takes. Only Progress may
// be called from anywhere at any time. A desk never overwrites a file, and leaves
// none that is not whole.
package desk

import (
	"github.com/rtmpscope/rtmpscope/decode/diff"
)

// Abilities are the things that a desk can do.
type Abilities uint8

// The abilities.
const (
	CanNote Abilities = 1 << iota
	CanSave
	CanExport
	CanCompare
	CanConfigure

	// All is every ability.
	All = CanNote | CanSave | CanExport | CanCompare | CanConfigure
)

// Has reports whether a has every ability of b.
func (a Abilities) Has(b Abilities) bool { return a&b == b }

// Note is what a person writes about a row.
type Note struct {
	Row  int
	Text string // "" takes back what was written
	Mark bool   // a mark, not a note
}

// Setting is one setting of the configuration file.
type Setting struct {
	Section string // "" outside of all sections
	Name    string
	Values  []string // none takes it out
}

// Desk does what a person asks for. What is said, and where something was
// written, is text for that person.
type Desk interface {
	// Abilities says which of the others may be called. It does not change.
	Abilities() Abilities
	// Note keeps a note, and says where.
	Note(n Note) (said string, err error)
	// Save writes a copy of the capture as it is now, with all notes, or of some of
	// its sessions.
	Save(path string, sessions ...uint32) (written string, err error)
	// Export writes what was captured so far, or some of its sessions, in the format
	// that the ending names.
	Export(path string, sessions ...uint32) (written string, err error)
	// Compare compares two sessions by their numbers.
	Compare(a, b uint32) (*diff.Result, error)
	// Configure keeps a setting, and says where.
	Configure(s Setting) (said string, err error)
	// Progress is how far the call that goes on has come, in any unit; total is 0
	// where that is not known.
	Progress() (done, total int64)
}
