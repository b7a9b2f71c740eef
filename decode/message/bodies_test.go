package message

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

var testLimits = amf.Limits{Depth: 64, Values: 65536}

// realBody is one message of a real session between known programs, with what
// an independent decoder said about it.
type realBody struct {
	name, detail string
	typ          uint8
	timestamp    uint32
	body         []byte
}

// realBodies reads testdata/bodies: per session a file of records (type u8,
// timestamp u32, message stream id u32, length u32, body), and expected.tsv.
func realBodies(t testing.TB) []realBody {
	t.Helper()
	text, err := os.ReadFile("testdata/bodies/expected.tsv")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	var out []realBody
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if _, ok := files[f[0]]; !ok {
			if files[f[0]], err = os.ReadFile(filepath.Join("testdata/bodies", f[0]+".bin")); err != nil {
				t.Fatal(err)
			}
		}
		p := files[f[0]]
		n := binary.BigEndian.Uint32(p[9:])
		out = append(out, realBody{f[0] + "/" + f[1], f[4], p[0], binary.BigEndian.Uint32(p[1:]), p[13 : 13+n]})
		files[f[0]] = p[13+n:]
	}
	if len(out) < 250 {
		t.Fatalf("only %d bodies", len(out))
	}
	return out
}

// describe renders a message in the words of the independent decoder.
func describe(p Parsed) string {
	switch p.Type {
	case chunk.TypeSetChunkSize:
		return fmt.Sprintf("SetChunkSize %d", p.Value)
	case chunk.TypeAcknowledgement:
		return fmt.Sprintf("Ack %d", p.Value)
	case chunk.TypeWindowAckSize:
		return fmt.Sprintf("WindowAckSize %d", p.Value)
	case chunk.TypeSetPeerBandwidth:
		return fmt.Sprintf("SetPeerBandwidth %d limit=%d", p.Value, p.Limit)
	case chunk.TypeUserControl:
		name := strings.ReplaceAll(p.Name, " ", "")
		if p.Event == 3 {
			return fmt.Sprintf("%s [%d, %d]", name, p.Value, p.Value2)
		}
		return fmt.Sprintf("%s [%d]", name, p.Value)
	case chunk.TypeDataAMF0, chunk.TypeDataAMF3:
		if p.Command == "@setDataFrame" {
			return fmt.Sprintf("['%s', '%s']", p.Command, p.Args[0].Text)
		}
		return fmt.Sprintf("['%s']", p.Command)
	}
	if p.Code != "" {
		return p.Command + " " + p.Code
	}
	return p.Command
}

func TestRealBodiesAgainstIndependentDecoder(t *testing.T) {
	for _, r := range realBodies(t) {
		p := Parse(r.typ, r.body, testLimits)
		for _, q := range p.Problems {
			if q.Token != amf.ECMACount {
				t.Errorf("%s %s: %s: %s", r.name, r.detail, q.Token, q.Text)
			}
		}
		if chunk.IsMedia(r.typ) {
			continue // package media compares these
		}
		if got := describe(p); got != r.detail {
			t.Errorf("%s: %q, the independent decoder says %q", r.name, got, r.detail)
		}
	}
}

// checkTiling fails unless the leaves cover the body exactly once, in order.
func checkTiling(t testing.TB, typ uint8, body []byte) {
	t.Helper()
	tree := Fields(typ, body, Context{Limits: testLimits})
	at := 0
	field.Leaves(tree, func(f field.Field) {
		if f.Start != at || f.End < f.Start {
			t.Fatalf("type %d: field %q [%d,%d) does not follow %d in %x", typ, f.Name, f.Start, f.End, at, body[:min(len(body), 64)])
		}
		at = f.End
	})
	if at != len(body) {
		t.Fatalf("type %d: leaves end at %d of %d in %x", typ, at, len(body), body[:min(len(body), 64)])
	}
	checkParents(t, tree)
}

// checkParents fails unless each field covers what its children cover together.
func checkParents(t testing.TB, fields []field.Field) {
	t.Helper()
	for _, f := range fields {
		if n := len(f.Children); n > 0 && f.Children[0].Bits == 0 {
			if f.Children[0].Start != f.Start || f.Children[n-1].End != f.End {
				t.Fatalf("field %q [%d,%d) has children over [%d,%d)", f.Name, f.Start, f.End, f.Children[0].Start, f.Children[n-1].End)
			}
		}
		checkParents(t, f.Children)
	}
}

func TestInvariantTiling(t *testing.T) {
	for _, r := range realBodies(t) {
		checkTiling(t, r.typ, r.body)
		for n := range min(len(r.body), 200) {
			checkTiling(t, r.typ, r.body[:n])
		}
		for typ := range uint8(24) {
			checkTiling(t, typ, r.body[:min(len(r.body), 600)]) // the wrong reader must tile too
		}
	}
}
