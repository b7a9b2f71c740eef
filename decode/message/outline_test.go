package message

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/field"
)

// outline writes fields with ranges, values and what is wrong with them.
func outline(fields []field.Field) string {
	var out []string
	for _, f := range fields {
		s := fmt.Sprintf("%s %d-%d", f.Name, f.Start, f.End)
		if f.Value != "" {
			s += "=" + f.Value.Show(true)
		}
		if f.Symbol != "" {
			s += "(" + f.Symbol + ")"
		}
		if f.Bad {
			s += " BAD"
		}
		if len(f.Children) > 0 {
			s += " [" + outline(f.Children) + "]"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// TestUserControlFields shows every layout of RTMP 1.0 §7.1.7 as it should be, one byte
// short, and one byte too long.
func TestUserControlFields(t *testing.T) {
	for _, c := range []struct{ body, want, problem string }{
		{"\x00\x00\x00\x00\x00\x05", "event type 0-2=0(Stream Begin), message stream id 2-6=5", ""},
		{"\x00\x00\x00\x00\x05", "event type 0-2=0(Stream Begin), message stream id 2-5 BAD", "short-body@5: Stream Begin with 3 bytes of data, 4 belong there"},
		{"\x00\x00\x00\x00\x00\x05\x09", "event type 0-2=0(Stream Begin), message stream id 2-6=5, trailing bytes 6-7=1 byte BAD",
			"wrong-length@6: Stream Begin with 5 bytes of data, 4 belong there"},
		{"\x00\x03\x00\x00\x00\x01\x00\x00\x01\x00", "event type 0-2=3(Set Buffer Length), message stream id 2-6=1, buffer length 6-10=256 ms", ""},
		{"\x00\x03\x00\x00\x00\x01\x00\x00\x01", "event type 0-2=3(Set Buffer Length), message stream id 2-6=1, buffer length 6-9 BAD",
			"short-body@9: Set Buffer Length with 7 bytes of data, 8 belong there"},
		{"\x00\x06\x00\x00\x17\x70", "event type 0-2=6(Ping Request), timestamp 2-6=6000", ""},
		{"\x00\x06\x00", "event type 0-2=6(Ping Request), timestamp 2-3 BAD", "short-body@3: Ping Request with 1 bytes of data, 4 belong there"},
		{"\x00\x63", "event type 0-2=99(Event 99) BAD", "unknown-event@0: no specification names event type 99"},
		{"\x00\x63\x01", "event type 0-2=99(Event 99) BAD, event data 2-3=1 byte", "unknown-event@0: no specification names event type 99"},
		{"\x00\x63\x01\x02", "event type 0-2=99(Event 99) BAD, event data 2-4=2 bytes", "unknown-event@0: no specification names event type 99"},
		{"\x00", "event type 0-1 BAD", "short-body@1: type 4 with length 1"},
	} {
		if got := outline(Fields(4, []byte(c.body), Context{})); got != c.want {
			t.Errorf("% x\ngot  %s\nwant %s", c.body, got, c.want)
		}
		got := ""
		for _, p := range Parse(4, []byte(c.body), testLimits).Problems {
			got += fmt.Sprintf("%s@%d: %s", p.Token, p.Offset, p.Text)
		}
		if got != c.problem {
			t.Errorf("% x\ngot  %s\nwant %s", c.body, got, c.problem)
		}
	}
}

// TestUnknownTypesAreOneField, whatever their length.
func TestUnknownTypesAreOneField(t *testing.T) {
	for body, want := range map[string]string{"": "", "a": "body 0-1=1 byte", "ab": "body 0-2=2 bytes"} {
		for _, typ := range []uint8{0, 23} {
			if got := outline(Fields(typ, []byte(body), Context{})); got != want {
				t.Errorf("type %d, %q: %s, want %s", typ, body, got, want)
			}
		}
	}
}

// TestSharedObjectFields shows messages with no, one and many events, whole and cut.
func TestSharedObjectFields(t *testing.T) {
	head := "shared object name 0-4=\"so\" [length 0-2=2, content 2-4=\"so\"], current version 4-8=3, flags 8-16 [persistence 8-12=2(persistent), reserved 12-16=0]"
	for _, c := range []struct{ events, want string }{
		{"", ""},
		{"\x01\x00\x00\x00\x00", ", event 16-21 [event type 16-17=1(Use), event data length 17-21=0]"},
		{"\x05\x00\x00\x00\x03\x00\x01k", ", event 16-24 [event type 16-17=5(Success), event data length 17-21=3, property name 21-24=\"k\" [length 21-23=1, content 23-24=\"k\"]]"},
		{"\x09\x00\x00\x00\x06\x00\x01a\x00\x01b", ", event 16-27 [event type 16-17=9(Remove), event data length 17-21=6, property name 21-24=\"a\" [length 21-23=1, content 23-24=\"a\"], property name 24-27=\"b\" [length 24-26=1, content 26-27=\"b\"]]"},
		{"\x04\x00\x00\x00\x05\x00\x01a\x01\x01", ", event 16-26 [event type 16-17=4(Change), event data length 17-21=5, property name 21-24=\"a\" [length 21-23=1, content 23-24=\"a\"], " +
			"property value 24-26=true(Boolean) [marker 24-25=0x01(Boolean), value 25-26=true]]"},
		{"\x01\x00\x00\x00\x01x", ", event 16-22 [event type 16-17=1(Use), event data length 17-21=1, trailing bytes 21-22=1 byte BAD]"},
		{"\x00\x00\x00\x00\x00", ", event 16-21 [event type 16-17=0(Event 0) BAD, event data length 17-21=0]"},
		{"\x05\x00\x00\x00\x04\x00\x01k", ", event 16-24 BAD [event type 16-17=5(Success), event data length 17-21=4 BAD, cut event data 21-24=3 bytes]"},
		{"\x05\x00\x00", ", event 16-19 BAD [event type 16-17=5(Success), event data length 17-19 BAD]"},
	} {
		got := outline(Fields(19, sharedBody(c.events), Context{Limits: testLimits}))
		want := head + c.want
		if got != want {
			t.Errorf("% x\ngot  %s\nwant %s", c.events, got, want)
		}
	}
	for n, more := range map[int]bool{maxSharedEvents: false, maxSharedEvents + 1: true} {
		got := Fields(19, sharedBody(strings.Repeat("\x01\x00\x00\x00\x00", n)), Context{})
		if last := got[len(got)-1]; len(got) != 3+maxSharedEvents+map[bool]int{true: 1}[more] || last.Bad != more {
			t.Errorf("%d events: %d fields, the last %+v", n, len(got), last)
		}
	}
}

// TestAggregateFields shows the parts of one tag, with a back pointer that is right,
// wrong, cut and missing, and where the last byte of a body stands.
func TestAggregateFields(t *testing.T) {
	tagFields := "message type id 0-1=8(Audio), payload length 1-4=0, timestamp 4-7=7, timestamp extension 7-8=0, message stream id 8-11=5"
	for _, c := range []struct {
		back      int
		cut       int
		want, say string
	}{
		{11, 0, "message 0-15=timestamp 40(Audio) [" + tagFields + ", back pointer 11-15=11]", ""},
		{12, 0, "message 0-15=timestamp 40(Audio) [" + tagFields + ", back pointer 11-15=12 BAD]", "back-pointer@11: the back pointer says 12, the tag has 11 bytes"},
		{-1, 0, "message 0-11=timestamp 40(Audio) [" + tagFields + "]", ""},
		{11, 3, "message 0-12=timestamp 40(Audio) BAD [" + tagFields + ", back pointer 11-12 BAD]", "short-body@11: the back pointer is cut"},
	} {
		body := tag(nil, 8, 7, nil, c.back)
		body = body[:len(body)-c.cut]
		if got := outline(Fields(22, body, Context{Timestamp: 40})); got != c.want {
			t.Errorf("back pointer %d\ngot  %s\nwant %s", c.back, got, c.want)
		}
		got := ""
		_, problems := SplitAggregate(40, body)
		for _, p := range problems {
			got += fmt.Sprintf("%s@%d: %s", p.Token, p.Offset, p.Text)
		}
		if got != c.say {
			t.Errorf("back pointer %d: %q, want %q", c.back, got, c.say)
		}
	}
	_, problems := SplitAggregate(0, tag(tag(nil, 8, 0, nil, 11), 9, 0, []byte("abc"), -1)[:27])
	if len(problems) != 1 || problems[0].Text != "a message of 3 bytes runs 2 past the aggregate" || problems[0].Offset != 15 {
		t.Errorf("%+v", problems)
	}
	_, problems = SplitAggregate(0, make([]byte, 10))
	if len(problems) != 1 || problems[0].Text != "10 bytes where a tag header of 11 belongs" || problems[0].Offset != 0 {
		t.Errorf("%+v", problems)
	}
}

// TestVocabularyByPlace: words of the protocol where they belong, and the same words,
// or other ones, elsewhere.
func TestVocabularyByPlace(t *testing.T) {
	for _, c := range []struct {
		command string
		arg     int
		key, s  string
		want    bool
	}{
		{"onStatus", 1, "code", "NetStream.Play.Start", true}, {"onStatus", 1, "code", "status", false},
		{"onStatus", 1, "level", "status", true}, {"onStatus", 1, "level", "error", true}, {"onStatus", 1, "level", "warning", true},
		{"onStatus", 1, "level", "key", false}, {"onStatus", 1, "other", "status", false},
		{"", -1, "", "publish", true}, {"", -1, "", "mykey", false},
		{"publish", 2, "", "live", true}, {"publish", 2, "", "record", true}, {"publish", 2, "", "append", true}, {"publish", 2, "", "key", false},
		{"publish", 1, "", "live", false}, {"publish", 2, "member", "live", false}, {"play", 2, "", "live", false},
		{"@setDataFrame", 0, "", "onMetaData", true}, {"@setDataFrame", 0, "", "key", false}, {"@setDataFrame", 1, "", "onMetaData", false},
		{"onMetaData", 0, "", "onMetaData", true}, {"onMetaData", 0, "encoder", "onMetaData", false}, {"other", 0, "", "onMetaData", false},
	} {
		if got := IsVocabulary(c.command, c.arg, c.key, c.s); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// TestNamesThatSayCredential: whole words, at the end or anywhere, in every spelling,
// within the first 64 bytes.
func TestNamesThatSayCredential(t *testing.T) {
	for name, want := range map[string]bool{
		"pwd": true, "pub_passwd": true, "_token_": true, "streamKey": true, "keyFrameInterval": false, "frame_key": true, "signed": false, "sign": true, "signX": false,
		"": false, "tokens": false, "accesstoken": true, "_apikey_": true, "9token9": true,
		strings.Repeat("a", 58) + "_token": true, strings.Repeat("a", 59) + "_token": false, strings.Repeat("a", 58) + "_tokens": true,
	} {
		if got := namesCredential(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// TestSecretsOfArguments: what a command carries, and what only connect carries.
func TestSecretsOfArguments(t *testing.T) {
	object := amf.Obj(amf.Prop("app", amf.Str("live")), amf.Prop("tcUrl", amf.Str("rtmp://h/live/beyond")))
	for _, c := range []struct {
		command string
		args    []amf.Value
		want    string
	}{
		{"connect", []amf.Value{object}, "beyond beyond"}, {"connect", nil, ""}, {"other", []amf.Value{object}, "beyond"},
		{"connect", []amf.Value{amf.Obj()}, ""},
		{"publish", []amf.Value{amf.Nul(), amf.Str("name?q")}, "name q"},
		{"publish", []amf.Value{amf.Nul(), amf.List(amf.Str("a"), amf.Obj(amf.Prop("token", amf.Str("b"))))}, "a b"},
		{"onMetaData", []amf.Value{amf.Obj(amf.Prop("x", amf.Obj(amf.Prop("password", amf.Str("p")))))}, "p"},
	} {
		if got := strings.Join(SecretArgs(c.command, c.args), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.command, got, c.want)
		}
	}
}

// TestStatusIsFoundInContainers two deep, in members and in items, and no deeper.
func TestStatusIsFoundInContainers(t *testing.T) {
	status := amf.Obj(amf.Prop("code", amf.Str("A.B")), amf.Prop("level", amf.Str("error")), amf.Prop("description", amf.Str("d")))
	for depth := range 5 {
		for kind, wrap := range map[string]func(amf.Value) amf.Value{
			"list":   func(v amf.Value) amf.Value { return amf.List(amf.Nul(), v) },
			"object": func(v amf.Value) amf.Value { return amf.Obj(amf.Prop("x", amf.Nul()), amf.Prop("y", v)) },
		} {
			v := status
			for range depth {
				v = wrap(v)
			}
			p := Parse(20, command("onStatus", amf.Num(0), amf.Nul(), v), testLimits)
			want := "A.B error d"
			if depth > 2 {
				want = "  "
			}
			if got := p.Code + " " + p.Level + " " + p.Description; got != want {
				t.Errorf("%s, %d deep: %q, want %q", kind, depth, got, want)
			}
		}
	}
	if p := Parse(20, command("connect", amf.Num(1), status), testLimits); p.Code != "" {
		t.Errorf("a client's own object is no status: %q", p.Code)
	}
}
