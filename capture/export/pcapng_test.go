package export

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/source"
)

// noted is a publisher with notes: written live, changed, deleted, and with the
// stream key in them.
func noted(t *testing.T) source.Source {
	k := publisher(t, "stream-key-1")
	write := func(n capture.Note) { k.must(k.rec.Note(n)) }
	note := func(id, text string) capture.Note {
		return capture.Note{ID: id, Kind: capture.PlainNote, Conn: 1, Offset: 0, Text: text, At: k.now}
	}
	write(note("kept", "why is stream-key-1 refused?"))
	write(note("changed", "first version"))
	write(note("gone", "taken back"))
	write(capture.Note{ID: "t", Kind: capture.Title, Offset: capture.WholeSession, Text: "Encoder 7 and stream-key-1", At: k.now})
	write(note("changed", "second version"))
	write(capture.Note{ID: "gone", Kind: capture.PlainNote, Conn: 1, At: k.now, Deleted: true})
	k.bytes(client, []byte{0xc3, 0xff})
	k.open().greet()
	write(capture.Note{ID: "other", Kind: capture.PlainNote, Conn: 2, Offset: capture.WholeSession, Text: "the second", At: k.now})
	return k.end()
}

func notesIn(t *testing.T, src source.Source) (out []string) {
	t.Helper()
	r, err := fold.Records(src, func(rec *capture.Record) error {
		if rec.Kind == capture.Reset {
			t.Error("a note became a reset")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range r.Notes() {
		out = append(out, n.ID+" "+string(n.Kind)+" "+string(rune('0'+n.Conn))+" "+n.Text)
	}
	return out
}

// TestNotesAreExported: of each note its latest version, without credentials, on
// the session as it is numbered in the copy.
func TestNotesAreExported(t *testing.T) {
	src := noted(t)
	mask := "••••" + strings.SplitN(string(written(t, src, "plain", Options{})), "••••", 2)[1][:4]
	for _, c := range []struct {
		opts Options
		want []string
	}{
		{Options{ShowSecrets: true}, []string{"kept note 1 why is stream-key-1 refused?", "changed note 1 second version", "t title 0 Encoder 7 and stream-key-1", "other note 2 the second"}},
		{Options{}, []string{"kept note 1 why is " + mask + " refused?", "changed note 1 second version", "t title 0 Encoder 7 and " + mask, "other note 2 the second"}},
		{Options{Sessions: []uint32{2}, ShowSecrets: true}, []string{"t title 0 Encoder 7 and stream-key-1", "other note 1 the second"}},
	} {
		got := notesIn(t, inMemory(t, written(t, src, "pcapng", c.opts)))
		slices.Sort(c.want)
		slices.Sort(got)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v: %s", c.opts, diff)
		}
	}
}

// TestSectionCommentTellsOfRedaction: a capture without credentials does not say
// that it holds some, and one with them does.
func TestSectionCommentTellsOfRedaction(t *testing.T) {
	src := publisher(t, "stream-key-1").end()
	redacted, clear := written(t, src, "pcapng", Options{}), written(t, src, "pcapng", Options{ShowSecrets: true})
	if !bytes.Contains(redacted, []byte(redactedNotice)) || bytes.Contains(redacted, []byte(capture.DefaultNotice)) {
		t.Errorf("redacted, it says %q", redacted[:400])
	}
	if bytes.Contains(clear, []byte(redactedNotice)) || !bytes.Contains(clear, []byte(capture.DefaultNotice)) {
		t.Errorf("with its credentials, it says %q", clear[:400])
	}
}

// TestReadTellsWhatIsMissing: whoever exports can say what is not there.
func TestReadTellsWhatIsMissing(t *testing.T) {
	var read *capture.Reader
	o := Options{Read: func(r *capture.Reader) { read = r }}
	written(t, publisher(t, "stream-key-1").end(), "csv", o)
	if read == nil || len(read.LeftOut()) != 0 || read.Skipped().String() != "" {
		t.Errorf("the reader is %v", read)
	}
}
