package export

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/fold"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/capture/source"
	"github.com/rtmpscope/rtmpscope/capture/wire"
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
	if !bytes.Contains(redacted, []byte(redactedNotice)) || bytes.Contains(redacted, []byte(record.DefaultNotice)) {
		t.Errorf("redacted, it says %q", redacted[:400])
	}
	if bytes.Contains(clear, []byte(redactedNotice)) || !bytes.Contains(clear, []byte(record.DefaultNotice)) {
		t.Errorf("with its credentials, it says %q", clear[:400])
	}
}

// TestReadTellsWhatIsMissing: whoever exports can say what is not there. The
// capture is of a connection that is no RTMP, and a packet cut in its IP header.
func TestReadTellsWhatIsMissing(t *testing.T) {
	client, server := netip.MustParseAddrPort("192.0.2.1:5000"), netip.MustParseAddrPort("192.0.2.2:22")
	file := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	file = append(file, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, byte(wire.LinkRaw), 0, 0, 0)
	add := func(h wire.Header, payload string, cut int) {
		p := h.Append(nil, []byte(payload))
		for _, n := range []int{1_800_000_000, 0, len(p) - cut, len(p)} {
			file = binary.LittleEndian.AppendUint32(file, uint32(n))
		}
		file = append(file, p[:len(p)-cut]...)
	}
	add(wire.Header{From: client, To: server, Seq: 99, Flags: wire.FlagSYN}, "", 0)
	add(wire.Header{From: client, To: server, Seq: 100, Flags: wire.FlagACK}, "SSH-2.0-x\r\n", 0)
	add(wire.Header{From: client, To: server, Seq: 111, Flags: wire.FlagACK}, "", 25)
	for _, c := range []struct {
		src     source.Source
		leftOut string
		skipped bool
	}{
		{source.NewFinished(bytes.NewReader(file), int64(len(file))), "[SSH 1]", true},
		{publisher(t, "stream-key-1").end(), "[]", false},
	} {
		var read *capture.Reader
		written(t, c.src, "csv", Options{Read: func(r *capture.Reader) { read = r }})
		if read == nil {
			t.Fatal("no reader is told")
		}
		if got := fmt.Sprint(read.LeftOut()); got != c.leftOut || (read.Skipped().Packets == 1) != c.skipped {
			t.Errorf("left out %s, want %s; %s", got, c.leftOut, read.Skipped())
		}
	}
}
