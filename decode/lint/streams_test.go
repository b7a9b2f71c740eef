package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// created asks for a message stream and gets that number.
func created(txn, id float64) script.Act {
	return script.Do(script.Call(client, 0, str("createStream"), num(txn), nul), script.Call(server, 0, str("_result"), num(txn), nul, num(id)))
}

func publishOn(id uint32, name string) script.Act {
	return script.Call(client, id, str("publish"), num(0), nul, str(name), str("live"))
}

func playOn(id uint32, name string) script.Act {
	return script.Call(client, id, str("play"), num(0), nul, str(name))
}

func statusOn(id uint32, level, code, words string) script.Act {
	return script.Call(server, id, str("onStatus"), num(0), nul, script.Status(level, code, words))
}

// flowOn sends n frames of 40 ms on a message stream, with their sequence header.
func flowOn(from decode.Direction, id uint32, n int) script.Act {
	video := func(ts uint32, body []byte) script.Act {
		return script.Send(from, chunk.Out{ChunkStream: 6 + id, Type: chunk.TypeVideo, StreamID: id, Timestamp: ts, Body: body})
	}
	return script.Do(video(0, script.AVCConfig), script.Repeat(n, func(i int) script.Act {
		return script.Do(script.After(40*time.Millisecond), video(uint32(i)*40, script.KeyFrame))
	}))
}

const (
	publishStart = "NetStream.Publish.Start"
	playBegins   = "NetStream.Play.Start"
)

// twoPublishes are accepted, one after the other.
var twoPublishes = script.Do(script.Connected, created(2, 1), publishOn(1, "one"), statusOn(1, "status", publishStart, "x"),
	created(3, 2), publishOn(2, "two"), statusOn(2, "status", publishStart, "x"))

func event(from decode.Direction, event byte) script.Act {
	return script.Control(from, chunk.TypeUserControl, 0, event, 0, 0, 0, 1)
}

// kinds are conversations of which something must be said, as "severity rule side:
// words", and what must not be said, as rules.
var kinds = []struct {
	name string
	x    script.Example
	must []string
	not  []string
}{
	{"the second of two is refused, on message stream 0", script.Example{script.Connected, created(2, 1), publishOn(1, "one"), statusOn(1, "status", publishStart, "x"),
		created(3, 2), publishOn(2, "two"), statusOn(0, "error", "NetStream.Publish.Denied", "no")},
		[]string{"error cmd-publish-refused : the server refused to publish •••• (message stream 2): NetStream.Publish.Denied “no”"}, []string{"cmd-status-error"}},
	{"a late denial of the first while the second waits", script.Example{script.Connected, created(2, 1), publishOn(1, "one"), statusOn(1, "status", publishStart, "x"),
		created(3, 2), publishOn(2, "two"), statusOn(1, "error", "NetStream.Publish.Denied", "no")},
		[]string{"error cmd-status-error server: the server ends this publish of •••• (message stream 1) with NetStream.Publish.Denied “no”"}, []string{"cmd-publish-refused"}},
	{"play is refused and tried again on a new stream", script.Example{script.Connected, created(2, 1), playOn(1, "one"), statusOn(1, "error", "NetStream.Play.StreamNotFound", "no"),
		created(3, 2), playOn(2, "one"), statusOn(2, "status", playBegins, "x"), flowOn(server, 2, 50), script.Fin(client), script.Fin(server)},
		[]string{"error cmd-play-refused : the server refused to play ••••: NetStream.Play.StreamNotFound"}, []string{"av-no-media", "cmd-play-closed"}},
	{"one of two gets no media", script.Example{script.Connected, created(2, 1), playOn(1, "one"), statusOn(1, "status", playBegins, "x"), flowOn(server, 1, 5),
		created(3, 2), playOn(2, "two"), statusOn(2, "status", playBegins, "x"), flowOn(server, 1, 150)},
		[]string{"warning av-no-media : the client waits for the server: it accepted play ••••"}, []string{"av-wrong-stream"}},
	{"one of two stops", script.Example{twoPublishes, flowOn(client, 2, 5), flowOn(client, 1, 200)},
		[]string{"warning av-media-stopped client: no media from the client for 5 s (message stream 2)"}, nil},
	{"one of two is deleted, the other goes on", script.Example{twoPublishes, flowOn(client, 2, 5), script.Call(client, 0, str("deleteStream"), num(0), nul, num(2)), flowOn(client, 1, 200)},
		nil, []string{"av-media-stopped", "cmd-hung-open", "av-no-media"}},
	{"both are closed soon after they were accepted", script.Example{twoPublishes, script.After(40 * time.Millisecond), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-start-then-close server: the server closed 48 ms after NetStream.Publish.Start for •••• (message stream 1), before any media", "error cmd-start-then-close server: the server closed 40 ms after NetStream.Publish.Start for •••• (message stream 2)"}, nil},
	{"the same message stream again, from timestamp 0", script.Example{script.Connected, created(2, 1), playOn(1, "one"), statusOn(1, "status", playBegins, "x"), flowOn(server, 1, 50),
		script.Call(client, 0, str("deleteStream"), num(0), nul, num(1)), created(3, 1), playOn(1, "one"), statusOn(1, "status", playBegins, "x"), flowOn(server, 1, 50), script.Goodbye},
		nil, []string{"ts-backwards", "cmd-stream-uncreated"}},
	{"media of a play on 0", script.Example{script.Playing, flowOn(server, 0, 150)},
		[]string{"warning av-wrong-stream server: play of •••• is on message stream 1, and the server sends its media on 0"}, []string{"av-no-media"}},

	{"play fails after minutes", script.Example{script.Watching, script.Silence(time.Second), statusOn(1, "error", "NetStream.Play.Failed", "gone")},
		[]string{"error cmd-status-error server: the server ends this play of •••• with NetStream.Play.Failed “gone”"}, []string{"cmd-play-refused"}},
	{"the stream is not found any more", script.Example{script.Watching, statusOn(1, "error", "NetStream.Play.StreamNotFound", "gone"), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-status-error server: the server ends this play"}, []string{"cmd-abrupt-end", "cmd-play-refused"}},
	{"too little bandwidth", script.Example{script.Watching, statusOn(1, "warning", "NetStream.Play.InsufficientBW", "slow")},
		[]string{"warning cmd-status-error : the server reports NetStream.Play.InsufficientBW “slow”"}, nil},
	{"a code that nobody knows", script.Example{script.Flowing, statusOn(1, "error", "NetStream.Vendor.Limit", "no more"), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-status-error server: the server ends this publish of •••• with NetStream.Vendor.Limit “no more”"}, []string{"cmd-abrupt-end"}},
	{"rejected after it was accepted", script.Example{script.Flowing, statusOn(0, "error", "NetConnection.Connect.Rejected", "kicked"), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-status-error server: the server ends the connection with NetConnection.Connect.Rejected “kicked”"}, []string{"cmd-connect-rejected", "cmd-abrupt-end"}},
	{"the application shuts down", script.Example{script.Watching, statusOn(0, "error", "NetConnection.Connect.AppShutdown", "bye"), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-status-error server: the server ends the connection with NetConnection.Connect.AppShutdown “bye”"}, []string{"cmd-connect-rejected", "cmd-abrupt-end"}},
	{"the command close", script.Example{script.Flowing, script.Call(server, 0, str("close"), num(0), nul), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-status-error server: the server ends the connection with close"}, []string{"cmd-abrupt-end"}},
	{"a call fails beside the stream", script.Example{script.Connected, script.Created, script.Call(client, 0, str("getTicket"), num(9), nul),
		script.Call(server, 0, str("_error"), num(9), nul, script.Status("error", "NetConnection.Call.Failed", "none")), script.PlayKey, script.PlayStart, flowOn(server, 1, 50), script.Goodbye},
		[]string{"note cmd-status-error : the server refused the call getTicket: NetConnection.Call.Failed “none”"}, []string{"cmd-play-refused"}},
	{"createStream is refused", script.Example{script.Connected, script.Call(client, 0, str("createStream"), num(2), nul),
		script.Call(server, 0, str("_error"), num(2), nul, script.Status("error", "NetConnection.Call.Failed", "no")), script.Fin(client), script.Fin(server)},
		[]string{"error cmd-status-error : the server refused the call createStream"}, nil},

	{"a client leaves because of an event", script.Example{script.Watching, event(server, 32), script.Fin(client), script.Fin(server)},
		[]string{"warning cmd-closed-after-message server: the client closed the connection 2 ms after row ", "User Control 32 (Buffer Ready)"}, []string{"cmd-abrupt-end"}},
	{"a server closes behind an end of sequence", script.Example{script.Flowing, script.Video(client, 3000, []byte{0x92, 'h', 'v', 'c', '1'}), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-closed-after-message client: the server closed the connection 2 ms after row ", "the client's HEVC end of sequence"}, []string{"cmd-abrupt-end"}},
	{"a server closes behind metadata in mid-stream", script.Example{script.Flowing, script.Data(client, 1, str("@setDataFrame"), str("onMetaData"), obj(prop("title", str("x")))), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-closed-after-message client: ", "which names no codec"}, nil},
	{"a key is refused while media begins", script.Example{script.Publishing, script.Metadata(client), script.Headers(client), script.Frames(client, 0, 3), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-start-then-close server: "}, []string{"cmd-closed-after-message"}},
	{"a server closes behind createStream", script.Example{script.Connected, script.Call(client, 0, str("createStream"), num(2), nul), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-closed-early server: the server closed 2 ms after createStream, without an answer"}, nil},
	{"a server closes behind the answer to connect", script.Example{script.Connected, script.After(time.Second), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-closed-early server: the server closed 1 s after it had accepted connect"}, nil},
	{"a second createStream is never answered", script.Example{script.Publishing, script.Call(client, 0, str("createStream"), num(7), nul), flowOn(client, 1, 300)},
		[]string{"warning cmd-call-unanswered server: the server has not answered createStream for 10 s"}, nil},
	{"the relay is told to end in mid-stream", script.Example{script.Flowing, script.Ended(server, session.ShutDown), script.Ended(client, session.ShutDown)},
		nil, []string{"cmd-abrupt-end", "cmd-start-then-close", "flow-idle-drop"}},
	{"the relay ends what has just begun", script.Example{script.Publishing, script.Ended(server, session.CutShort), script.Ended(client, session.CutShort)},
		nil, []string{"cmd-start-then-close", "cmd-publish-silent-close"}},
	{"the recording ends while media is missing", script.Example{script.Flowing, script.Silence(8 * time.Second), script.Ended(client, session.ShutDown), script.Ended(server, session.ShutDown)},
		[]string{"warning av-media-stopped client: no media came from the client for 8 s, until the recording ended"}, []string{"cmd-abrupt-end"}},
	{"media of a play on 0 goes on behind deleteStream", script.Example{script.Playing, flowOn(server, 0, 20), script.Stopping,
		script.Send(server, chunk.Out{ChunkStream: 6, Type: chunk.TypeVideo, Timestamp: 900, Body: script.InterFrame}), script.Fin(client), script.Fin(server)},
		[]string{"warning av-wrong-stream server"}, []string{"av-no-video-header", "av-first-not-key"}},
	{"media of a second stream before its publish", script.Example{script.Publishing, created(3, 2), flowOn(client, 2, 3), publishOn(2, "two"), statusOn(2, "status", publishStart, "x"), flowOn(client, 1, 3), script.Goodbye},
		nil, []string{"av-wrong-stream"}},
	{"another play on the same message stream", script.Example{script.Playing, flowOn(server, 1, 50), playOn(1, "two"), statusOn(1, "status", playBegins, "x"), flowOn(server, 1, 50), script.Goodbye},
		nil, []string{"ts-backwards"}},
	{"_error answers the first of two by its transaction", script.Example{script.Connected, created(2, 1), script.Call(client, 1, str("publish"), num(7), nul, str("one")),
		created(3, 2), script.Call(client, 2, str("publish"), num(8), nul, str("two")), script.Call(server, 0, str("_error"), num(7), nul, nul)},
		[]string{"error cmd-publish-refused : the server refused to publish •••• (message stream 1): _error"}, nil},
	{"_error comes for a publish that was accepted", script.Example{script.Connected, created(2, 1), script.Call(client, 1, str("publish"), num(7), nul, str("one")), statusOn(1, "status", publishStart, "x"),
		flowOn(client, 1, 10), script.Call(server, 0, str("_error"), num(7), nul, nul), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-status-error server: the server ends this publish of •••• with _error"}, []string{"cmd-abrupt-end", "cmd-publish-refused"}},
	{"a server closes on a second publish", script.Example{script.Connected, created(2, 1), publishOn(1, "one"), statusOn(1, "status", publishStart, "x"), flowOn(client, 1, 100),
		created(3, 2), publishOn(2, "two"), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-publish-silent-close server: the server closed 2 ms after publish •••• (message stream 2)"}, []string{"cmd-abrupt-end"}},
	{"a server goes after it has refused another stream", script.Example{script.Connected, created(2, 1), publishOn(1, "one"), statusOn(1, "status", publishStart, "x"), flowOn(client, 1, 100),
		created(3, 2), publishOn(2, "two"), statusOn(2, "error", "NetStream.Publish.Denied", "no"), script.After(20 * time.Millisecond), script.Fin(server), script.Fin(client)},
		[]string{"error cmd-publish-refused", "20 ms after it had reported NetStream.Publish.Denied"}, nil},
	{"a client leaves a while after an event", script.Example{script.Watching, event(server, 32), script.After(100 * time.Millisecond), script.Fin(client), script.Fin(server)},
		nil, []string{"cmd-closed-after-message"}},
	{"a server closes an idle connection", script.Example{script.Connected, script.Silence(12 * time.Second), script.Fin(server), script.Fin(client)},
		[]string{"warning flow-idle-drop client"}, []string{"cmd-closed-early"}},
	{"a client's words about its end are missing", script.Example{script.Flowing, script.Gap(client, 900), statusOn(1, "status", "NetStream.Unpublish.Success", "x"), script.Fin(client), script.Fin(server)},
		nil, []string{"cmd-status-error"}},
	{"a publisher comes back and stops", script.Example{script.Watching, statusOn(1, "status", "NetStream.Play.UnpublishNotify", "x"), script.Frames(server, 3000, 50), script.Silence(8 * time.Second)},
		[]string{"warning av-media-stopped server: no media from the server for 5 s"}, nil},
	{"ffmpeg stops, and the server answers", script.Example{script.Flowing, script.Stopping, statusOn(1, "status", "NetStream.Unpublish.Success", "x"), statusOn(0, "status", "NetConnection.Connect.Closed", "x"), script.Fin(client), script.Fin(server)},
		nil, []string{"cmd-status-error", "cmd-abrupt-end", "cmd-closed-after-message"}},
}

// pseudonyms hides what stands for names: they differ.
func pseudonyms(s string) string {
	for {
		before, after, ok := strings.Cut(s, "••••")
		if !ok || len(after) < 4 || strings.HasPrefix(after, " ") {
			return s
		}
		s = before + "\x00" + after[4:]
	}
}

func TestKinds(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			found, _ := judged(k.x, Config{})
			var said []string
			for _, f := range found {
				said = append(said, strings.ReplaceAll(pseudonyms(f.Severity.String()+" "+f.Rule+" "+f.Side.String()+": "+f.Summary.Show(false)), "\x00", "••••"))
				if slices.Contains(k.not, f.Rule) {
					t.Errorf("must not be said: %s", f.Summary.Show(false))
				}
			}
			for _, m := range k.must {
				if !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, m) }) {
					t.Errorf("%q is not in\n%s", m, strings.Join(said, "\n"))
				}
			}
		})
	}
}

// TestProcedureOfTwoStreams wants a part for each stream, each with its own
// createStream.
func TestProcedureOfTwoStreams(t *testing.T) {
	_, j := judged(script.Example{twoPublishes, flowOn(client, 2, 5)}, Config{})
	r, _ := j.Report(1)
	var got []string
	for _, s := range r.Steps {
		if s.Stream > 0 && s.Required {
			got = append(got, fmt.Sprint(s.StreamID)+" "+s.Phase+": "+s.State.String()+" "+s.Name)
		}
	}
	want := []string{
		"1 NetStream: done createStream", "1 NetStream: done createStream answered",
		"1 publish: done publish", "1 publish: done Publish.Start", "1 publish: waiting first media",
		"2 NetStream: done createStream", "2 NetStream: done createStream answered",
		"2 publish: done publish", "2 publish: done Publish.Start", "2 publish: done first media",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(r.Streams) != 2 || r.Streams[0].Messages != 0 || r.Streams[1].Messages != 6 {
		t.Errorf("streams %+v", r.Streams)
	}
}

// TestShortfalls looks at sessions of which no rule says anything grave: the verdict
// says how far they came.
func TestShortfalls(t *testing.T) {
	for _, x := range []struct {
		name string
		x    script.Example
		want string
	}{
		{"a probe of connect", script.Example{script.Connected, script.Fin(client), script.Fin(server)}, "the client closed 2 ms after connect was answered, before createStream"},
		{"a stream and nothing", script.Example{script.Connected, script.Created, script.Fin(client), script.Fin(server)}, "the client closed 2 ms after createStream was answered, before publish or play"},
		{"a publisher without media", script.Example{script.Publishing, script.Fin(client), script.Fin(server)}, "the client closed 2 ms after Publish.Start, before any media"},
		{"a player that does not wait", script.Example{script.Connected, script.Created, script.PlayKey, script.Fin(client), script.Fin(server)}, "the client closed 2 ms after play, before play was answered"},
		{"a call in the way", script.Example{script.Connected, script.Call(client, 0, str("login"), num(2), nul), script.Fin(client), script.Fin(server)}, "; login was never answered"},
		{"the second of two", script.Example{twoPublishes, flowOn(client, 1, 5), script.Fin(client), script.Fin(server)}, "after Publish.Start (message stream 2), before any media"},
		{"one that the relay ended", script.Example{script.Publishing, script.Ended(client, session.ShutDown), script.Ended(server, session.ShutDown)}, "nothing wrong"},
		{"one that got there", script.Example{script.Flowing, script.Goodbye}, "nothing wrong"},
		{"one that goes on", script.Example{script.Flowing}, "nothing wrong"},
		{"one with a hole", script.Example{script.Flowing, script.Gap(client, 70_000), script.Gap(server, 10), script.Gap(client, 1)}, "no fault in what was captured; 70 KB from the client and 10 B from the server are missing"},
	} {
		j := New(Config{})
		line := session.New(session.Options{Judge: j})
		x.x.Play(line, began)
		r, _ := j.Report(1)
		info := line.Snapshot().Sessions()[0]
		if got := r.Verdict(&info, nil, func(m text.Marked) string { return m.Show(false) }); !strings.Contains(got, x.want) {
			t.Errorf("%s: %q does not say %q", x.name, got, x.want)
		}
	}
}

// TestFramesBetween names the last message that stands out only when no more frames
// came behind it than those that were on their way.
func TestFramesBetween(t *testing.T) {
	for n, named := range map[int]bool{1: true, 20: false} {
		found, _ := judged(script.Example{script.Publishing, script.Headers(client), script.Repeat(n, func(i int) script.Act {
			return script.Audio(client, uint32(i)*20, script.AACFrame)
		}), script.Fin(server), script.Fin(client)}, Config{})
		said := strings.Join(of(found, "cmd-start-then-close"), "\n")
		if strings.Contains(said, "AAC sequence header") != named || said == "" {
			t.Errorf("%d frames: %q", n, said)
		}
	}
}
