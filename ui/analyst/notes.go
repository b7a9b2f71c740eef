package analyst

import (
	"slices"
	"sync"

	"github.com/rtmpscope/rtmpscope/capture"
)

// notes are the notes of a capture as they stand after what was read. The
// analyst's goroutine adds, any goroutine asks.
type notes struct {
	mu   sync.Mutex
	list []capture.Note
}

// keep takes in a record that is a note.
func (k *notes) keep(rec *capture.Record) {
	if rec.Kind != capture.Noted {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = slices.DeleteFunc(k.list, func(n capture.Note) bool { return n.ID == rec.Note.ID })
	if !rec.Note.Deleted {
		k.list = append(k.list, *rec.Note)
	}
}

// Notes returns the notes that were read so far and not taken back, of each the
// latest version.
func (a *Analyst) Notes() []capture.Note {
	a.notes.mu.Lock()
	defer a.notes.mu.Unlock()
	return slices.Clone(a.notes.list)
}
