package lint

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/decode/script"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// begin is User Control Stream Begin of a message stream (RTMP 1.0 §7.1.7).
func begin(id uint32) script.Act {
	return script.Control(server, 4, append([]byte{0, 0}, script.BigEndian(id)...)...)
}

// window is Window Acknowledgement Size, 2,500,000 (RTMP 1.0 §5.4.4).
var window = script.BigEndian(2_500_000)

// byTheBook is a play as RTMP 1.0 §7.2.2.1 draws it, with every step.
var byTheBook = script.Example{
	script.Hi, script.ConnectTo("live", script.LiveURL),
	script.Control(server, 5, window...), script.Control(server, 6, append(slices.Clone(window), 2)...),
	script.Control(client, 5, window...), begin(0), script.Accept(), script.Created, script.PlayKey,
	script.ChunkSize(server, 4096), begin(1),
	script.OnStatus("status", "NetStream.Play.Reset", "x"), script.OnStatus("status", "NetStream.Play.Start", "x"),
	script.Metadata(server), script.Headers(server), script.Frames(server, 0, 5),
	script.Call(client, 0, str("deleteStream"), num(4), nul, num(1)),
}

// outlined is the procedure of a session as lines, without keys, times and rows.
func outlined(t *testing.T, x script.Example) (out []string) {
	t.Helper()
	r := reportOf(t, x)
	lines := r.Outline()
	for i := range lines {
		l := &lines[i]
		if l.Step == nil {
			out = append(out, l.Branch+l.Title(true))
			continue
		}
		out = append(out, strings.TrimSpace(l.Branch+l.Step.Mark()+" "+l.Step.Name+" ("+l.Step.Who.String()+") "+l.Step.Said(true)))
	}
	return out
}

// TestProcedureByTheBook has every step of the specification, each in its place and
// with what it said.
func TestProcedureByTheBook(t *testing.T) {
	want := []string{
		"handshake", "✓ C0 and C1 (client)", "✓ S0 and S1 (server)", "✓ S2 (server)", "✓ C2 (client)",
		"NetConnection to live, connected", "│ ✓ connect (client) live",
		"│ ✓ Window Acknowledgement Size (server) 2,500,000", "│ ✓ Set Peer Bandwidth (server) 2,500,000, dynamic",
		"│ ✓ Window Acknowledgement Size (client) 2,500,000", "│ ✓ Stream Begin (server) stream 0", "│ ✓ connect answered (server)",
		"└ NetStream 1: play key-of-mine, ended by the client", "✓ createStream (client)", "✓ createStream answered (server) stream 1",
		"✓ play (client) key-of-mine", "✓ Set Chunk Size (server) 4,096", "– Set Chunk Size (client) not sent (optional)",
		"✓ Stream Begin (server) stream 1", "✓ Play.Reset (server)", "✓ Play.Start (server)", "✓ metadata (server)",
		"✓ video sequence header (server) AVC", "✓ audio sequence header (server) AAC", "✓ first media (server)",
		"✓ first keyframe (server)", "✓ deleteStream (client) stream 1",
	}
	if diff := cmp.Diff(want, outlined(t, byTheBook)); diff != "" {
		t.Error(diff)
	}
}

// TestProcedureTimes compares rows and times with a count by hand: the acts of a
// script are 2 ms apart.
func TestProcedureTimes(t *testing.T) {
	r := reportOf(t, byTheBook)
	for _, want := range []struct {
		id   StepID
		row  uint32
		took time.Duration
	}{
		{StepConnect, 8, 2 * time.Millisecond}, {StepServerWindow, 9, 2 * time.Millisecond}, {StepPeerBandwidth, 10, 4 * time.Millisecond},
		{StepClientWindow, 11, 2 * time.Millisecond}, {StepConnectionBegin, 12, 8 * time.Millisecond}, {StepConnected, 13, 10 * time.Millisecond},
		{StepServerChunkSize, 17, 2 * time.Millisecond}, {StepStreamBegin, 18, 4 * time.Millisecond}, {StepReset, 19, 6 * time.Millisecond},
		{StepPlayStart, 20, 8 * time.Millisecond},
	} {
		i := slices.IndexFunc(r.Steps, func(s Step) bool { return s.ID == want.id })
		if i < 0 || r.Steps[i].Row != want.row || r.Steps[i].Latency != want.took || r.Steps[i].State != Done {
			t.Errorf("%s: %+v", want.id, r.Steps[max(i, 0)])
		}
	}
}

// TestProcedureElsewhere: what is sent in another place than that of the
// specification is told as that, and is a fault only where somebody did not wait.
func TestProcedureElsewhere(t *testing.T) {
	for name, c := range map[string]struct {
		x    script.Example
		want string
	}{
		"as nginx does": {script.Example{script.Hi, script.ConnectTo("live", script.LiveURL), script.ChunkSize(server, 4096), script.Accept(), script.Created, script.PlayKey,
			script.OnStatus("status", "NetStream.Play.Start", "x")}, "↕ Set Chunk Size (server) 4,096, before the answer to connect"},
		"as FFmpeg does": {script.Example{script.Connected, script.Control(client, 5, window...), script.Created, script.PlayKey},
			"│ ↕ Window Acknowledgement Size (client) 2,500,000, after the answer to connect"},
		"begin after the start": {script.Example{script.Playing, begin(1)}, "↕ Stream Begin (server) stream 1, after Play.Start"},
		"nobody waits": {script.Example{script.Connected, script.Call(client, 1, str("publish"), num(3), nul, str("k"), str("live"))},
			"! publish (client) k, sent without waiting for the answer to createStream"},
		"nothing of it":  {script.Example{script.Playing}, "– Play.Reset (server) not sent (optional)"},
		"no stream":      {script.Example{script.Connected, script.Call(client, 0, str("createStream"), num(2), nul), script.Call(server, 0, str("_error"), num(2), nul, script.Status("error", "NetConnection.Call.Failed", "x"))}, "✗ createStream answered (server) refused with NetConnection.Call.Failed"},
		"release":        {script.Example{script.Connected, script.Call(client, 0, str("releaseStream"), num(2), nul, str("key")), script.Created, script.PublishKey}, "– releaseStream answered (server) not answered (optional)"},
		"cannot be seen": {script.Example{script.Connected, script.Gap(server, 500), script.Created, script.PlayKey, script.Fin(client)}, "? Play.Reset (server) not seen"},
	} {
		got := outlined(t, c.x)
		if !slices.ContainsFunc(got, func(s string) bool { return strings.TrimSpace(s) == c.want }) {
			t.Errorf("%s: %q is not in\n%s", name, c.want, strings.Join(got, "\n"))
		}
	}
}

// TestTreeOfStreams: each NetStream stands on the connection with how far it came, one
// that was never used and one that was never given too.
func TestTreeOfStreams(t *testing.T) {
	r := reportOf(t, script.Example{
		script.Connected, created(2, 1), created(3, 2), created(4, 3), script.Call(client, 0, str("createStream"), num(5), nul),
		publishOn(1, "a"), statusOn(1, "status", "NetStream.Publish.Start", "x"), flowOn(client, 1, 3),
		playOn(2, "b"), statusOn(2, "error", "NetStream.Play.StreamNotFound", "x"),
		script.Call(client, 0, str("deleteStream"), num(0), nul, num(1)), publishOn(1, "c"),
	})
	var got []string
	for i := range r.NetStreams {
		n := &r.NetStreams[i]
		got = append(got, n.State.String()+" "+n.Role.String())
	}
	if want := []string{"deleted publish", "refused play", "created ", "requested ", "starting publish"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if r.NetStreams[4].Use != 2 || r.NetStreams[4].ID != 1 || r.NetStreams[3].Known() || r.Connection.State != Created {
		t.Errorf("%+v, %+v", r.NetStreams, r.Connection)
	}
	lines := r.Outline()
	var heads []string
	for i := range lines {
		if lines[i].Kind == StreamLine {
			heads = append(heads, lines[i].Branch)
		}
	}
	if !slices.Equal(heads, []string{"├ ", "├ ", "├ ", "├ ", "└ "}) {
		t.Errorf("%q", heads)
	}
}

// TestStreamsEnd: what is said of a stream, and of the connection, when it ends.
func TestStreamsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		more       script.Act
		link, conn LinkState
	}{
		"deleted":   {script.Stopping, Deleted, Created},
		"by server": {script.OnStatus("status", "NetStream.Unpublish.Success", "x"), Finished, Created},
		"cut off":   {script.Do(script.Fin(client), script.Fin(server)), CutOff, ClosedOff},
		"failed":    {script.OnStatus("error", "NetStream.Publish.Denied", "x"), Failed, Created},
		"goes on":   {script.Frames(client, 3000, 2), Flowing, Created},
		"hung up":   {script.Call(server, 0, str("close"), num(0), nul), Finished, Finished},
	} {
		r := reportOf(t, script.Example{script.Flowing, c.more})
		if r.NetStreams[0].State != c.link || r.Connection.State != c.conn || r.NetStreams[0].Row == 0 {
			t.Errorf("%s: %+v, %+v", name, r.NetStreams[0], r.Connection)
		}
	}
}

// TestChunkSizesOfStreams: the first counts for the first stream, a later one for the
// stream in whose time it came.
func TestChunkSizesOfStreams(t *testing.T) {
	r := reportOf(t, script.Example{script.Connected, script.ChunkSize(client, 4096), created(2, 1), publishOn(1, "a"), created(3, 2), publishOn(2, "b"), script.ChunkSize(client, 60000), created(4, 3), publishOn(3, "c")})
	got := map[int]uint32{}
	for _, s := range r.Steps {
		if s.ID == StepClientChunkSize {
			got[s.Stream] = s.Value.Number
		}
	}
	if want := map[int]uint32{1: 4096, 2: 60000}; !cmp.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// TestTokensAreDocumented: docs/check.md has the tokens of all steps and states.
func TestTokensAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for id := NoStep + 1; id < stepCount; id++ {
		all = append(all, id.String())
	}
	for s := Ahead; s <= TooLate; s++ {
		all = append(all, s.String())
	}
	for s := Opened; s <= ClosedOff; s++ {
		all = append(all, s.String())
	}
	for _, token := range all {
		if !strings.Contains(string(page), "`"+token+"`") {
			t.Errorf("%q is not in docs/check.md", token)
		}
	}
}

// TestStepNames: every step has a token of its own, and a name.
func TestStepNames(t *testing.T) {
	seen := map[string]bool{}
	for id := NoStep + 1; id < stepCount; id++ {
		if id.String() == "" || id.Name() == "" || seen[id.String()] {
			t.Errorf("step %d: %q, %q", id, id.String(), id.Name())
		}
		seen[id.String()] = true
	}
	for s := Ahead; s <= TooLate; s++ {
		if x := (Step{State: s, Who: session.ClientSide, Code: "c", After: "a"}); x.Mark() == "" || s != Done && x.Said(false) == "" {
			t.Errorf("state %s says nothing", s)
		}
	}
}
