package session

import (
	"iter"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/decode/versions"
)

// PageSize is how many elements stand in a page. Pages are never moved, so a
// snapshot can keep reading while rows are added behind it.
const PageSize = 4096

// Text is what a list shows of a row that is not audio or video.
type Text struct {
	Name    string
	Command string // "" for rows that are not commands
	Code    string // status code, if any
	Summary text.Marked
	Brief   text.Marked // of a finding: the cause in a few words
}

// RowStore keeps the rows of a timeline, which may be more than memory should
// hold. One goroutine adds; any goroutine reads rows that were added before.
type RowStore interface {
	// Add appends a row.
	Add(Row)
	// Row returns row i, counted from 0.
	Row(i int) Row
}

// TextStore keeps the texts of a timeline. One goroutine adds; any goroutine reads
// texts that were added before.
type TextStore interface {
	// Add appends a text.
	Add(Text)
	// Text returns text i, counted from 0.
	Text(i int) Text
}

// pages is an append-only list whose elements never move.
type pages[T any] struct {
	full []*[PageSize]T
	n    int
}

func (p *pages[T]) add(v T) {
	if p.n == len(p.full)*PageSize {
		p.full = append(p.full, new([PageSize]T))
	}
	p.full[p.n/PageSize][p.n%PageSize] = v
	p.n++
}

func (p *pages[T]) at(i int) *T { return &p.full[i/PageSize][i%PageSize] }

// Snapshot is the timeline at one moment. It never changes and may be read by
// any number of goroutines while the timeline goes on.
type Snapshot struct {
	rows     pages[Row]
	store    RowStore // instead of rows
	n        int
	texts    pages[Text]
	aside    TextStore // instead of texts
	sessions versions.Frozen[summary]
	open     []uint32
	now      time.Time // of the latest record
	notes    []Written
}

// Len is the number of rows.
func (s *Snapshot) Len() int { return s.n }

// Row returns row number n, counted from 1.
func (s *Snapshot) Row(n int) Row {
	if s.store != nil {
		return s.store.Row(n - 1)
	}
	return *s.rows.at(n - 1)
}

// Text returns what a list shows of row n.
func (s *Snapshot) Text(n int) Text {
	r := s.Row(n)
	switch {
	case r.text > 0 && s.aside != nil:
		return s.aside.Text(int(r.text - 1))
	case r.text > 0:
		return *s.texts.at(int(r.text - 1))
	case r.IsMedia():
		return Text{Name: mediaName(r), Summary: text.Marked(r.mediaSummary())}
	}
	return Text{Name: r.Kind.String(), Summary: "(too many texts; open the row to read it)"}
}

// Marker returns the function that marks, in the strings of a session's messages, the
// credentials that commands up to this snapshot have carried and that peers repeat: the
// one that message.Fields wants.
func (s *Snapshot) Marker(number uint32) func(command string, arg int, key, s string) text.Marked {
	return s.secrets(number).mark
}

// Mask is Marker for fields that are decoded. It changes fields and returns them.
func (s *Snapshot) Mask(number uint32, fields []field.Field) []field.Field {
	s.secrets(number).maskFields(fields)
	return fields
}

func (s *Snapshot) secrets(number uint32) *secrets {
	if number == 0 || int(number) > s.SessionCount() {
		return &secrets{}
	}
	set := s.sessions.At(int(number - 1)).info().known
	return &secrets{set, set.Finder()}
}

// SessionCount is how many sessions there are.
func (s *Snapshot) SessionCount() int { return s.sessions.Len() }

// Session returns one session by its number, from 1 to SessionCount.
func (s *Snapshot) Session(number uint32) Info {
	i := s.sessions.At(int(number - 1)).info()
	if i.Open && s.now.After(i.LastAt) {
		i.LastAt = s.now
	}
	return i
}

// Version identifies what a snapshot says of its sessions. Two of one timeline can be compared.
type Version struct{ sessions versions.Frozen[summary] }

// Version is that of this snapshot.
func (s *Snapshot) Version() Version { return Version{s.sessions} }

// Since gives the numbers of the sessions of which something changed since an older version,
// and of those that are new, in order. That time goes on for those that are open is no
// change. It costs what has changed, and does not depend on how many sessions there are.
func (v Version) Since(older Version) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i := range v.sessions.Since(older.sessions) {
			if i < older.sessions.Len() && v.sessions.At(i) == older.sessions.At(i) {
				continue
			}
			if !yield(uint32(i + 1)) {
				return
			}
		}
	}
}

// Open returns the numbers of the sessions that have not ended. The slice is
// shared: do not change it.
func (s *Snapshot) Open() []uint32 { return s.open }

// Sessions returns all sessions in order of opening. It makes the list anew and
// costs what there is: whoever asks often asks for single ones.
func (s *Snapshot) Sessions() []Info {
	all := make([]Info, s.SessionCount())
	for i := range all {
		all[i] = s.Session(uint32(i + 1))
	}
	return all
}

func mediaName(r Row) string {
	if r.Type == chunk.TypeAudio {
		return "Audio"
	}
	return "Video"
}
