package message

import (
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// sharedBody is computed by hand from RTMP 1.0 §7.1.3: name "so", version 3,
// persistent, then events.
func sharedBody(events string) []byte {
	return []byte("\x00\x02so\x00\x00\x00\x03\x00\x00\x00\x02\x00\x00\x00\x00" + events)
}

var sharedVectors = []struct{ name, events, symbol string }{
	{"use", "\x01\x00\x00\x00\x00", "Use"},
	{"release", "\x02\x00\x00\x00\x00", "Release"},
	{"request change", "\x03\x00\x00\x00\x0c\x00\x01k\x00\x3f\xf0\x00\x00\x00\x00\x00\x00", "Request Change"},
	{"change of two", "\x04\x00\x00\x00\x0a\x00\x01a\x01\x01\x00\x01b\x01\x00", "Change"},
	{"success", "\x05\x00\x00\x00\x03\x00\x01k", "Success"},
	{"send message", "\x06\x00\x00\x00\x06\x02\x00\x02hi\x05", "Send Message"},
	{"status", "\x07\x00\x00\x00\x08\x00\x01c\x00\x03err", "Status"},
	{"clear", "\x08\x00\x00\x00\x00", "Clear"},
	{"remove", "\x09\x00\x00\x00\x03\x00\x01k", "Remove"},
	{"request remove", "\x0a\x00\x00\x00\x03\x00\x01k", "Request Remove"},
	{"use success", "\x0b\x00\x00\x00\x00", "Use Success"},
	{"unknown", "\x0c\x00\x00\x00\x01x", "Event 12"},
}

func TestSharedObjectEvents(t *testing.T) {
	for _, v := range sharedVectors {
		t.Run(v.name, func(t *testing.T) {
			for typ, body := range map[uint8][]byte{19: sharedBody(v.events), 16: append([]byte{0}, sharedBody(v.events)...)} {
				p := Parse(typ, body, testLimits)
				if p.Object != "so" || p.Value != 3 || len(p.Problems) != 0 {
					t.Errorf("%+v", p)
				}
				checkTiling(t, typ, body)
				tree := Fields(typ, body, Context{Limits: testLimits})
				if f := find(t, tree, "event type"); f.Symbol != v.symbol || f.Bad != (v.name == "unknown") {
					t.Errorf("%+v", f)
				}
				if n := countBad(tree); v.name != "unknown" && n != 0 {
					t.Errorf("%d bad fields", n)
				}
			}
		})
	}
}

func countBad(fields []field.Field) (n int) {
	for _, f := range fields {
		if f.Bad {
			n++
		}
		n += countBad(f.Children)
	}
	return n
}

func TestSharedObjectDetails(t *testing.T) {
	tree := Fields(19, sharedBody(sharedVectors[2].events), Context{Limits: testLimits})
	if f := find(t, tree, "shared object name"); f.Value != `"so"` || f.Start != 0 || f.End != 4 {
		t.Errorf("%+v", f)
	}
	if f := find(t, tree, "persistence"); f.Symbol != "persistent" {
		t.Errorf("%+v", f)
	}
	if f := find(t, tree, "property value"); f.Value != "1" || f.Start != 24 || f.End != 33 {
		t.Errorf("%+v", f)
	}
}

func TestSharedObjectCut(t *testing.T) {
	whole := sharedBody(strings.Repeat(sharedVectors[3].events, 3))
	for n := range len(whole) {
		p := Parse(19, whole[:n], testLimits)
		if n < len(whole) && len(p.Problems) == 0 && n != 16 && n != 31 && n != 46 {
			t.Errorf("cut at %d: no problem", n)
		}
		checkTiling(t, 19, whole[:n])
	}
}
