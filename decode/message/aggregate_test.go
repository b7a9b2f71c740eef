package message

import (
	"encoding/binary"
	"strings"
	"testing"
)

// tag appends an FLV tag as RTMP 1.0 §7.1.6 lays it out.
func tag(dst []byte, typ byte, ts uint32, body []byte, back int) []byte {
	n := len(body)
	dst = append(dst, typ, byte(n>>16), byte(n>>8), byte(n), byte(ts>>16), byte(ts>>8), byte(ts), byte(ts>>24), 0, 0, 5)
	dst = append(dst, body...)
	if back < 0 {
		return dst
	}
	return binary.BigEndian.AppendUint32(dst, uint32(back))
}

func TestSplitAggregate(t *testing.T) {
	audio, video := []byte{0xaf, 1, 0x21}, []byte{0x27, 1, 0, 0, 0, 0, 0, 0, 1, 0x41}
	body := tag(nil, 8, 0x01000010, audio, 14)
	body = tag(body, 9, 0x01000027, video, 21)
	for _, c := range []struct {
		name     string
		body     []byte
		subs     int
		problems string
	}{
		{"whole", body, 2, ""},
		{"last back pointer missing", body[:len(body)-4], 2, ""},
		{"last back pointer cut", body[:len(body)-2], 2, ShortBody},
		{"last body cut", body[:len(body)-5], 1, ShortBody},
		{"header cut", body[:20], 1, ShortBody},
		{"wrong back pointer", tag(nil, 8, 0, audio, 3), 1, BackPointer},
		{"nested", tag(nil, 22, 0, body, 11+len(body)), 1, NestedAggregate},
		{"script data", tag(nil, 18, 0, command("onMetaData"), 24), 1, ""},
		{"empty message", tag(nil, 8, 0, nil, 11), 1, ""},
		{"nothing", nil, 0, ""},
	} {
		subs, problems := SplitAggregate(1000, c.body)
		if len(subs) != c.subs || tokens(problems) != c.problems {
			t.Errorf("%s: %d subs, %q", c.name, len(subs), tokens(problems))
		}
		if p := Parse(22, c.body, testLimits); int(p.Value) != c.subs || tokens(p.Problems) != c.problems {
			t.Errorf("%s: %+v", c.name, p)
		}
		checkTiling(t, 22, c.body)
	}
	subs, _ := SplitAggregate(1000, body)
	if subs[0].Timestamp != 1000 || subs[1].Timestamp != 1000+0x17 || subs[0].StreamID != 5 || subs[1].Type != 9 {
		t.Errorf("%+v", subs)
	}
	if string(body[subs[1].Start:subs[1].End]) != string(video) {
		t.Error("wrong body range")
	}
}

func TestAggregateTimestampsWrap(t *testing.T) {
	body := tag(tag(nil, 8, 0xfffffff0, nil, 11), 8, 0x10, nil, 11)
	subs, _ := SplitAggregate(5, body)
	if subs[0].Timestamp != 5 || subs[1].Timestamp != 0x25 {
		t.Errorf("%+v", subs)
	}
}

func TestAggregateFieldsAreShifted(t *testing.T) {
	body := tag(tag(nil, 8, 0, []byte{0xaf, 1, 0x21}, 14), 20, 0, createStream, 11+len(createStream))
	tree := Fields(22, body, Context{Limits: testLimits, Timestamp: 40})
	if len(tree) != 2 || tree[0].Value != "timestamp 40" || tree[1].Symbol != "Command (AMF0)" {
		t.Fatalf("%+v", tree)
	}
	f := find(t, tree, "command name")
	if f.Start != 29 || string(body[f.Start+3:f.End]) != "createStream" {
		t.Errorf("%+v", f)
	}
}

func TestAggregateOfManyIsBounded(t *testing.T) {
	body := []byte(strings.Repeat(string(tag(nil, 8, 0, nil, 11)), maxSubs+10))
	subs, problems := SplitAggregate(0, body)
	if len(subs) != maxSubs || tokens(problems) != MoreMessages {
		t.Errorf("%d subs, %q", len(subs), tokens(problems))
	}
	checkTiling(t, 22, body)
}
