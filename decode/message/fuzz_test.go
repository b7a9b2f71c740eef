package message

import (
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

// checkBody holds what must be true of any body: no panic, tiling, a tree whose
// size the body's length bounds, problems inside the body.
func checkBody(t *testing.T, typ uint8, body []byte) {
	lim := amf.Limits{Depth: 64, Values: 4096}
	p := Parse(typ, body, lim)
	if len(p.Problems) > 4*len(body)+16 {
		t.Fatalf("%d problems for %d bytes", len(p.Problems), len(body))
	}
	for _, q := range p.Problems {
		if q.Offset < 0 || q.Offset > len(body) || q.Token == "" || q.Text == "" {
			t.Fatalf("problem %+v", q)
		}
	}
	SecretArgs(p.Command, p.Args)
	checkTiling(t, typ, body)
	if n := count(Fields(typ, body, Context{Limits: lim})); n > 64*len(body)+64 {
		t.Fatalf("%d fields for %d bytes", n, len(body))
	}
}

func count(fields []field.Field) int {
	n := len(fields)
	for _, f := range fields {
		n += count(f.Children)
	}
	return n
}

// seed adds the real bodies of some types.
func seed(f *testing.F, types ...uint8) {
	for _, r := range realBodies(f) {
		for _, typ := range types {
			if r.typ == typ {
				f.Add(typ, r.body)
			}
		}
	}
}

func FuzzCommand(f *testing.F) {
	seed(f, chunk.TypeCommandAMF0, chunk.TypeCommandAMF3, chunk.TypeDataAMF0, chunk.TypeDataAMF3)
	f.Add(uint8(17), []byte("\x06\x19createStream\x04\x04\x01"))
	f.Fuzz(func(t *testing.T, typ uint8, body []byte) { checkBody(t, typ%24, body) })
}

func FuzzSharedObject(f *testing.F) {
	for _, v := range sharedVectors {
		f.Add(sharedBody(v.events))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		checkBody(t, chunk.TypeSharedObjectAMF0, body)
		checkBody(t, chunk.TypeSharedObjectAMF3, body)
	})
}

func FuzzAggregate(f *testing.F) {
	f.Add(uint32(1000), tag(tag(nil, 8, 0, []byte{0xaf, 1, 0x21}, 14), 20, 0, createStream, 11+len(createStream)))
	f.Fuzz(func(t *testing.T, ts uint32, body []byte) {
		checkBody(t, chunk.TypeAggregate, body)
		subs, _ := SplitAggregate(ts, body)
		for i, s := range subs {
			if s.Start > s.End || s.End > len(body) || i > 0 && s.Tag < subs[i-1].End {
				t.Fatalf("sub %+v", s)
			}
		}
		if len(subs) > 0 && subs[0].Timestamp != ts {
			t.Fatal("the first message does not have the timestamp of the aggregate")
		}
	})
}
