package filter

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// noon is when the session of the entries below was opened.
var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func str(s string) amf.Value                     { return amf.Value{Kind: amf.String, Text: s} }
func num(v float64) amf.Value                    { return amf.Value{Kind: amf.Number, Number: v} }
func boolean(v bool) amf.Value                   { return amf.Value{Kind: amf.Boolean, Bool: v} }
func obj(m ...amf.Member) amf.Value              { return amf.Value{Kind: amf.Object, Members: m} }
func member(name string, v amf.Value) amf.Member { return amf.Member{Name: name, Value: v} }

// at fills in when an entry happened.
func at(n uint32, elapsed time.Duration, e session.Entry) *session.Entry {
	e.Number, e.Elapsed, e.Session, e.Time = n, elapsed, 1, noon.Add(elapsed).UnixNano()
	return &e
}

// entries is a small session, made by hand: numbers are those of the rows.
func entries() map[string]*session.Entry {
	command := session.Row{Kind: session.Message, Type: 20, ChunkStream: 3, Length: 200, Chunks: 2, Offset: 3073}
	connect := session.Entry{Row: command, Name: "Command (AMF0)", Summary: text.Marked("connect to app \"live\" at rtmp://h/live as FMLE/3.0")}
	connect.Flags = session.Request
	connect.Message = message.Parsed{Command: "connect", Transaction: 1, HasTransaction: true, Args: []amf.Value{obj(
		member("app", str("live")), member("tcUrl", str("rtmp://h/live")), member("fpad", boolean(true)), member("audioCodecs", num(3191)),
		member("list", amf.Value{Kind: amf.StrictArray, Items: []amf.Value{num(1), str("two")}}))}}

	publish := session.Entry{Row: command, Name: "Command (AMF0)", Summary: text.Plain("publish(\"") + text.Secret("s3cr3t-key") + text.Plain("\", \"live\")")}
	publish.StreamID = 1
	publish.Message = message.Parsed{Command: "publish", Transaction: 5, HasTransaction: true, Args: []amf.Value{{Kind: amf.Null}, str("s3cr3t-key"), str("live")}}

	refusal := session.Entry{Row: command, Name: "Command (AMF0)", Summary: "NetStream.Publish.BadName “Taken”", RTT: 250 * time.Millisecond}
	refusal.From, refusal.StreamID, refusal.ReplyTo, refusal.Flags = decode.FromServer, 1, 3, session.Refused
	refusal.Message = message.Parsed{Command: "onStatus", HasTransaction: true, Code: "NetStream.Publish.BadName", Level: "error",
		Args: []amf.Value{{Kind: amf.Null}, obj(member("level", str("error")), member("code", str("NetStream.Publish.BadName")))}}

	video := session.Entry{Name: "Video", Summary: "AVC keyframe, 5000 bytes", Row: session.Row{Kind: session.Message, Type: 9, ChunkStream: 6,
		StreamID: 1, Timestamp: 2040, Length: 5000, Chunks: 40, Codec: media.AVC, Flags: session.KeyFrame, Offset: 9000}}
	audio := session.Entry{Name: "Audio", Summary: "AAC frame, 300 bytes", Row: session.Row{Kind: session.Message, Type: 8, ChunkStream: 4,
		StreamID: 1, Timestamp: 2043, Length: 300, Chunks: 1, Codec: media.AAC, Offset: 14000}}
	finding := session.Entry{Name: "cmd-publish-refused", Summary: "the server refused the stream name",
		Row:     session.Row{Kind: session.Found, Severity: session.Error, ReplyTo: 4},
		Finding: &session.Finding{Rule: "cmd-publish-refused", Severity: session.Error, Side: session.ServerSide}}
	return map[string]*session.Entry{
		"opened":  at(1, 0, session.Entry{Name: "Connection", Summary: "127.0.0.1:5 to 127.0.0.1:1935", Row: session.Row{Kind: session.Opened}}),
		"connect": at(2, 10*time.Millisecond, connect),
		"publish": at(3, time.Second, publish),
		"refusal": at(4, 1250*time.Millisecond, refusal),
		"video":   at(5, 2*time.Second, video),
		"audio":   at(6, 2100*time.Millisecond, audio),
		"gap":     at(7, 3*time.Second, session.Entry{Name: "Gap", Summary: "100 bytes were not captured", Missing: 100, Row: session.Row{Kind: session.Gap, Length: 100, Offset: 20000}}),
		"finding": at(8, 4*time.Second, finding),
	}
}

// order is that of the rows.
var order = []string{"opened", "connect", "publish", "refusal", "video", "audio", "gap", "finding"}

func selected(t *testing.T, expression string) string {
	t.Helper()
	f, err := Compile(expression)
	if err != nil {
		t.Errorf("%s: %v", expression, err)
		return ""
	}
	all := entries()
	var names []string
	for _, name := range order {
		if f.Match(all[name]) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

func TestExpressions(t *testing.T) {
	everything := strings.Join(order, " ")
	cases := []struct{ expression, want string }{
		{"", everything}, {" \t", everything},
		{`type == 9`, "video"},
		{`type != 9`, "opened connect publish refusal audio gap finding"},
		{`9 == type`, "video"},
		{`type in [8, 9]`, "video audio"},
		{`type not in [8, 9] and kind == "message"`, "connect publish refusal"},
		{`type in 8..9`, "video audio"},
		{`command == "publish"`, "publish"},
		{`command != "" && from == "client"`, "connect publish"},
		{`command in ["publish", "connect"]`, "connect publish"},
		{`kind == "gap" or kind == "finding"`, "gap finding"},
		{`not (kind == "message")`, "opened gap finding"},
		{`!(kind == "message")`, "opened gap finding"},
		{`row >= 7`, "gap finding"},
		{`session == 1 and row < 2`, "opened"},
		{`session == 2`, ""},
		{`elapsed > 1 and elapsed <= 2`, "refusal video"},
		{`1 < elapsed <= 2`, "refusal video"},
		{`elapsed == 0.01`, "connect"},
		{`rtt > 0.2`, "refusal"},
		{`rtt > 200ms`, "refusal"},
		{`rtt == 250ms`, "refusal"},
		{`rtt >= 1m`, ""},
		{`rtt < 1h30m`, "refusal"},
		{`rtt in 200ms..1s`, "refusal"},
		// Rows without the field are not selected by comparing it.
		{`rtt < 1000`, "refusal"},
		{`timestamp >= 0`, "connect publish refusal video audio"},
		{`timestamp == nil`, "opened gap finding"},
		{`code != nil`, "refusal"},
		{`reply_to == 3`, "refusal"},
		{`reply_to > 0`, "refusal"},
		{`offset > 9000`, "audio gap"},
		{`offset == 0`, ""},
		{`length == 100`, "gap"},
		{`length * 2 > 5000 - 1`, "video"},
		{`length % 1000 == 0`, "video"},
		{`length / chunks == 125`, "video"},
		{`2 ** 3 == type - 0`, "audio"},
		{`-timestamp < -2041`, "audio"},
		{`abs(timestamp - 2042) <= 1`, "audio"},
		{`int(timestamp / 1000) == 2`, "video audio"},
		{`chunk_stream == message_stream`, ""},
		{`message_stream == 1 and chunks == 1`, "audio"},
		{`transaction == 5`, "publish"},
		{`code == "NetStream.Publish.BadName"`, "refusal"},
		{`code startsWith "NetStream."`, "refusal"},
		{`code endsWith "BadName"`, "refusal"},
		{`summary contains "keyframe"`, "video"},
		{`summary not contains "a"`, "opened publish"},
		{`summary matches "[0-9]{4} bytes"`, "video"},
		{`lower(code) contains "badname"`, "refusal"},
		{`upper(command) == "PUBLISH"`, "publish"},
		{`len(command) == 8`, "refusal"},
		{`codec == "AVC"`, "video"}, {`codec == "h264"`, "video"}, {`codec == "H.264"`, "video"}, {`codec == "H265"`, ""}, {`codec in ["aac", "mp3"]`, "audio"},
		{`codec != ""`, "video audio"},
		{`keyframe`, "video"}, {`refused`, "refusal"}, {`not keyframe and type == 9`, ""},
		{`refused == true`, "refusal"},
		{`unanswered`, ""},
		{`rule == "cmd-publish-refused"`, "finding"}, {`severity == "error"`, "finding"}, {`side == "server"`, "finding"},
		{`name == "Video"`, "video"},
		{`time >= "2026-01-31T12:00:03"`, "gap finding"},
		{`time startsWith "2026-01-31T12:00:02."`, "video audio"},
		{`"a" == "a"`, everything}, {`true or false`, everything}, {`1 > 2`, ""},
		// Arguments.
		{`args[0].app == "live"`, "connect"},
		{`args[0]["app"] == "live"`, "connect"},
		{`args[0]?.app == "live"`, "connect"},
		{`arg("app") == "live"`, "connect"},
		{`arg(2) == "live"`, "publish"},
		{`args[-1] == "live"`, "publish"},
		{`args[1] == "s3cr3t-key"`, "publish"},
		{`args[0].fpad and true`, "connect"},
		{`args[0].fpad == true`, "connect"},
		{`args[0].audioCodecs > 3000`, "connect"},
		{`args[0].list[1] == "two"`, "connect"},
		{`args[0].list[0] == 1`, "connect"},
		{`args[0].list[2] == nil and command == "connect"`, "connect"},
		{`len(args[0].list) == 2`, "connect"},
		{`len(args) == 3`, "publish"},
		{`has("tcUrl")`, "connect"},
		{`arg("code") contains "Publish"`, "refusal"},
		{`arg("level") in ["error", "warning"]`, "refusal"},
		{`args[1].code == code and refused`, "refusal"},
		{`args[1] == args[1] and command == "publish"`, "publish"},
		{`arg("app") matches "^l"`, "connect"},
		{`lower(arg("app")) == "live"`, "connect"},
		{`arg("app") > "lima"`, "connect"},
		// A member that is missing or of another kind is no match and no error.
		{`args[0].app.deeper == "x" or args[9] > 5 or arg("app") > 5`, ""},
		{`args[0].app == 5 or args[0].app == true or args[0].fpad == "x"`, ""},
		// Words.
		{`keyframe,`, "video"},
		{`BADNAME`, "refusal"},
		{`"command (amf0)"`, "connect publish refusal"},
		{`publish badname`, "refusal"},
		{`'publish' live`, "publish"},
		{`rtmp://h/live`, "connect"},
		{`"app \"live\""`, "connect"},
		{"`app \"live\"`", "connect"},
		{`“taken”`, "refusal"},
		{`s3cr3t`, "publish"},
		{`"taken" or "AVC"`, "refusal video"},
		{`not "bytes" and elapsed > 1s`, "refusal finding"},
		// Shorthands.
		{`~audio`, "audio"}, {`~video`, "video"}, {`~media`, "video audio"}, {`~key`, "video"},
		{`~cmd`, "connect publish refusal"}, {`~err`, "refusal gap finding"},
		{`~s2c`, "refusal"}, {`~c2s ~cmd`, "connect publish"}, {`~cmd badname`, "refusal"},
		{`~media and not ~key`, "audio"}, {`!~media && ~c2s && row > 1`, "connect publish gap"},
	}
	for _, c := range cases {
		if got := selected(t, c.expression); got != c.want {
			t.Errorf("%s\n got: %s\nwant: %s", c.expression, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	cases := []struct {
		expression string
		offset     int
		message    string
	}{
		{`comand == "publish"`, 0, `no field "comand"; did you mean "command"?`},
		{`type == 9 and lenght > 5`, 14, `did you mean "length"?`},
		{`type == 9 and nothing_like_it > 5`, 14, `to search for the word, write it in quotes`},
		{`type = 9`, 5, "use == to compare"},
		{`type == `, 7, "missing at the end"},
		{`(type == 9`, 9, "missing at the end"},
		{`type == "video"`, 8, "type is a number and cannot be compared with a text"},
		{`type == audio`, 8, `there is no field "audio"; ~audio selects audio messages`},
		{`type == "audio"`, 8, "type is a number and cannot be compared with a text; ~audio selects audio messages"},
		{`commands and from == "client"`, 0, `there is no field "commands"; ~cmd selects commands`},
		{`command == 5`, 11, "command is a text and cannot be compared with a number"},
		{`kind == "mesage"`, 8, `kind is never "mesage"; did you mean "message"?`},
		{`from == "upstream"`, 8, "it is one of: client, server"},
		{`kind in ["gap", "lots"]`, 16, `did you mean "lost"?`},
		{`codec == "theora"`, 9, `codec is never "theora"; it is one of: unknown, H.263,`},
		{`length and type == 9`, 0, "length is a number; compare it, as in length > 0"},
		{`type == 9 or command`, 13, "command is a text; compare it"},
		{`not kind == "gap"`, 4, "put the comparison in parentheses"},
		{`type > "x"`, 7, "type is a number and cannot be compared with a text"},
		{`type + command > 5`, 7, "+ needs numbers, and this is a text"},
		{`type contains "x"`, 0, "contains needs texts, and this is a number"},
		{`[1, 2] == type`, 0, "a list can only stand after in"},
		{`type in command`, 5, "after in comes a list or a range"},
		{`type in [type]`, 9, "not names"},
		{`command in 1..2`, 0, "in needs numbers"},
		{`(1..2) == 3`, 2, "a range can only stand after in"},
		{`summary matches command`, 16, "regular expression in quotes"},
		{`summary matches "("`, 16, "missing closing )"},
		{`~vidoe`, 0, `no shorthand "~vidoe"; did you mean "~video"?`},
		{`type == 9 or ~vidoe`, 13, `did you mean "~video"?`},
		{`publish "open`, 8, "is not closed"},
		{`command == "open`, 11, "is not closed"},
		{`any(args, # == 1)`, 0, "no function"},
		{`lowr(command) == "x"`, 0, `did you mean "lower"?`},
		{`lower(command, 1) == "x"`, 0, "takes one argument"},
		{`arg(command) == 1`, 4, "a number or a name in quotes"},
		{`has(1)`, 4, "a name in quotes"},
		{`len(5) == 1`, 4, "len takes a text or a value"},
		{`args.app == 1`, 5, `write args[0].app`},
		{`args == 1`, 5, "args is a list"},
		{`command.x == 1`, 0, "only args have parts"},
		{`args[row] == 1`, 5, "args is a list"},
		{`(keyframe ? 1 : 2) == 1`, -1, "not part of the filter language"},
		{`{"a": 1} == 1`, -1, "not part of the filter language"},
		{`(command ?? "x") == "y"`, -1, `no operator "??"`},
		{`$env == 1`, 0, `no field "$env"`},
		{`type == 9 @ 5`, 10, "this character means nothing here"},
		{`日本 == 1 and lenght > 1`, 0, "no field"},
		{`"日本" or lenght > 1`, 12, `did you mean "length"?`},
		{`rtt > 200ms and lenght > 1`, 16, `did you mean "length"?`},
		{`~video and lenght > 1`, 11, `did you mean "length"?`},
		{`keyframe == nil`, 0, "never nil"},
		{`type == 9 9`, 10, "is not expected here"},
	}
	for _, c := range cases {
		_, err := Compile(c.expression)
		e, ok := err.(*Error)
		switch {
		case !ok:
			t.Errorf("%s: no error", c.expression)
		case c.offset >= 0 && e.Offset != c.offset, !strings.Contains(e.Message, c.message):
			t.Errorf("%s: at %d: %s\nwant %d: %s", c.expression, e.Offset, e.Message, c.offset, c.message)
		}
	}
}

func TestCaret(t *testing.T) {
	_, err := Compile("\"日本\" or\tlenght > 1")
	e := err.(*Error)
	if want := "\"日本\" or lenght > 1\n        ^"; e.Caret() != want || !strings.HasPrefix(e.Error(), "filter, character 9: ") {
		t.Errorf("%s\n%s", e, e.Caret())
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"lenght", "length", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"type", "type", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%s %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestAbsentNumbersStayAbsent(t *testing.T) {
	s := &subject{row: session.Row{Kind: session.Opened}, entry: &session.Entry{}}
	numbers := map[string]func(*subject) float64{}
	for _, f := range fields {
		numbers[f.name] = f.number
	}
	for _, name := range []string{"offset", "type", "transaction", "chunk_stream", "message_stream", "timestamp", "length", "chunks", "reply_to", "rtt"} {
		if number := numbers[name]; number == nil {
			t.Errorf("there is no number called %s", name)
		} else if v := number(s); !math.IsNaN(v) {
			t.Errorf("%s of a row that has none: %v", name, v)
		}
	}
}
