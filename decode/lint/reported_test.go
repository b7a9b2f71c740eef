package lint

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// reported are sessions with faults that people reported, rebuilt by hand, and
// healthy ones beside them; testdata/reported/README.md says what is on the wire.
const reported = "../../testdata/reported"

// must is a finding that has to be there: what stands in its words proves that it
// names the right stream, code, row or value.
type must struct {
	session  uint32
	rule     string
	severity session.Severity
	side     session.Side
	rows     []uint32
	words    []string
}

// report is what has to be said of one file: these errors and warnings and no
// others, and of session 1 this in the verdict.
type report struct {
	name    string
	musts   []must
	verdict []string
	silent  []string // rules that must not speak, not even in a note
}

var reports = []report{
	{name: "healthy_publish", verdict: []string{"nothing wrong"}},
	{name: "healthy_same_msid_again", verdict: []string{"nothing wrong"}, silent: []string{"ts-backwards"}},
	{name: "healthy_video_stream_and_audio_stream", verdict: []string{"nothing wrong"}, silent: []string{"av-drift", "av-one-track-dead"}},
	{name: "healthy_receiveAudio_false", verdict: []string{"nothing wrong"}, silent: []string{"av-one-track-dead"}},
	{name: "healthy_fps_2_with_audio", verdict: []string{"nothing wrong"}, silent: []string{"av-drift"}},
	{name: "healthy_gop_4s_2997", verdict: []string{"nothing wrong"}},
	{name: "healthy_pause_2s", verdict: []string{"nothing wrong"}, silent: []string{"ts-jump"}},
	{name: "healthy_result_after_onFCPublish", verdict: []string{"nothing wrong"}, silent: []string{"cmd-result-unmatched"}},
	{name: "binary_data_messages", verdict: []string{"nothing wrong"}, silent: []string{"chunk-c3-in-payload"}},
	{name: "ertmp_agg_play", silent: []string{"av-no-media", "cmd-play-closed", "cmd-abrupt-end"}},
	{name: "ertmp_mpeg2ts_av1", verdict: []string{"nothing wrong"}, silent: []string{"av-no-video-header"}},
	{name: "ertmp_mt_many_seq_then_one", verdict: []string{"nothing wrong"}, silent: []string{"av-no-video-header"}},

	{name: "aac_with_adts", musts: []must{
		{1, "av-aac-adts", session.Error, session.ClientSide, []uint32{22, 23, 25}, []string{"ADTS"}},
	}},
	{name: "av1_with_composition_time", musts: []must{
		{1, "av-av1-obu", session.Error, session.ClientSide, []uint32{21, 23}, []string{"three bytes", "composition time"}},
	}},
	{name: "stale_aac_then_g711", musts: []must{
		{1, "av-codec-change", session.Warning, session.ServerSide, []uint32{17, 18}, []string{"header is for AAC", "frames that follow are G.711"}},
	}},
	{name: "delta_minus_20_in_24_bits", silent: []string{"ts-jump", "av-drift", "av-gop-long", "flow-rate-deficit"}, musts: []must{
		{1, "ts-delta-negative", session.Error, session.ClientSide, []uint32{229}, []string{"-5 ms cut to 24 bits", "2^24 ms"}},
		{1, "cmd-abrupt-end", session.Error, session.ServerSide, []uint32{568, 569}, nil},
	}},
	{name: "enhanced_frame_type_0", silent: []string{"av-first-not-key"}, musts: []must{
		{1, "av-frametype-reserved", session.Warning, session.ClientSide, []uint32{21, 23}, []string{"frame type 0, which is reserved; it is a random access picture (IDR)"}},
	}},
	{name: "announced_audio_missing", musts: []must{
		{1, "av-meta-tracks", session.Warning, session.ClientSide, []uint32{20, 21}, []string{"announces audio (audiocodecid 10)", "none has come"}},
	}},
	{name: "bframes_without_composition_time", musts: []must{
		{1, "av-bframes-no-cts", session.Warning, session.ClientSide, []uint32{21, 22, 29}, []string{"B frames", "every composition time is 0"}},
	}},
	{name: "rtmpt_404", silent: []string{"http-on-rtmp-port"}, musts: []must{
		{1, "rtmpt-refused", session.Error, session.ServerSide, []uint32{2, 3}, []string{"POST /open/1", "HTTP 404"}},
	}},
	{name: "key_begins_with_slash", musts: []must{
		{1, "cmd-name-slash", session.Warning, session.ClientSide, []uint32{17}, []string{"begins with a slash"}},
		{1, "cmd-publish-silent-close", session.Error, session.ServerSide, []uint32{17, 19}, nil},
		{2, "cmd-app-empty", session.Warning, session.ClientSide, []uint32{29}, []string{"ends in a slash"}},
		{2, "cmd-publish-silent-close", session.Error, session.ServerSide, []uint32{39, 40}, nil},
	}},
	{name: "tcurl_port_and_path_glued", musts: []must{
		{1, "cmd-tcurl-invalid", session.Warning, session.ClientSide, []uint32{8}, []string{"port 11935", "glued"}},
		{1, "cmd-connect-silent-close", session.Error, session.ServerSide, []uint32{8, 13}, nil},
	}},
	{name: "ertmp_cmd2"},
	{name: "ertmp_rows", musts: []must{
		{1, "av-enhanced-malformed", session.Warning, session.ClientSide, []uint32{41}, []string{"packet type 6 stands inside"}},
	}},
	{name: "connect_not_cut_at_128", silent: []string{"cmd-closed-early"}, musts: []must{
		{2, "chunk-not-chunked", session.Error, session.ClientSide, []uint32{238, 239, 242}, []string{"(connect), is not cut at the chunk size of 128"}},
	}},

	{name: "second_stream_badname", verdict: []string{"••••43b9", "message stream 2"}, musts: []must{
		{1, "cmd-badname", session.Error, session.NoSide, []uint32{23, 24}, []string{"••••43b9", "message stream 2", "BadName"}},
		{1, "av-no-video-header", session.Error, session.ClientSide, []uint32{41}, nil}, // stream 3 really has none
	}},
	{name: "denied_in_midstream", silent: []string{"cmd-abrupt-end", "cmd-publish-refused", "cmd-start-then-close"}, musts: []must{
		{1, "cmd-status-error", session.Error, session.ServerSide, []uint32{17, 18, 432}, []string{"ends this publish", "NetStream.Publish.Denied “quota exceeded”", "6 s after"}},
	}},
	{name: "connect_closed_in_midstream", silent: []string{"cmd-abrupt-end", "cmd-connect-rejected"}, musts: []must{
		{1, "cmd-status-error", session.Error, session.ServerSide, []uint32{12, 432}, []string{"ends the connection", "NetConnection.Connect.Closed “bandwidth limit of your plan reached”"}},
	}},
	{name: "media_on_message_stream_0", silent: []string{"av-no-media", "av-meta-missing"}, musts: []must{
		{1, "av-wrong-stream", session.Warning, session.ClientSide, []uint32{17, 21}, []string{"is on message stream 1", "media on 0"}},
	}},
	{name: "close_after_handshake", musts: []must{
		{1, "cmd-closed-early", session.Error, session.ServerSide, []uint32{7, 8}, []string{"closed 11 ms after the handshake", "before connect"}},
	}},
	{name: "close_after_call", silent: []string{"cmd-closed-early"}, musts: []must{
		{1, "cmd-closed-after-message", session.Error, session.ClientSide, []uint32{13, 14}, []string{"3 ms after row 13, the client's call notes.history({}), unanswered"}},
	}},
	{name: "metadata_begins_with_numbers", silent: []string{"cmd-start-then-close"}, musts: []must{
		{1, "amf-data-no-name", session.Warning, session.ClientSide, []uint32{19}, []string{"value 3"}},
		{1, "cmd-closed-after-message", session.Error, session.ClientSide, []uint32{19, 21}, []string{`2 ms after row 19, the client's data message 0, 0, "@setDataFrame"`}},
	}},
	{name: "metadata_names_no_codec", silent: []string{"cmd-start-then-close"}, musts: []must{
		{1, "cmd-closed-after-message", session.Error, session.ClientSide, []uint32{20, 21}, []string{"3 ms after row 20, the client's data message @setDataFrame(", "names no codec"}},
	}},
}

// TestReported judges the reported sessions.
func TestReported(t *testing.T) {
	for _, x := range reports {
		t.Run(x.name, func(t *testing.T) {
			found, j, line := judgeRecords(loadFile(t, filepath.Join(reported, x.name+".pcap")))
			var bad []session.Finding
			for _, f := range found {
				if slices.Contains(x.silent, f.Rule) {
					t.Errorf("must be silent: %s", f.Summary.Show(false))
				}
				if f.Severity > session.Note {
					bad = append(bad, f)
				}
			}
			for _, m := range x.musts {
				bad = m.take(t, bad)
			}
			for _, f := range bad {
				t.Errorf("session %d: %s %s, rows %v: %s", f.Session, f.Severity, f.Rule, f.Rows, f.Summary.Show(false))
			}
			r, _ := j.Report(1)
			info := line.Snapshot().Sessions()[0]
			own := slices.DeleteFunc(found, func(f session.Finding) bool { return f.Session != 1 })
			verdict := r.Verdict(&info, own, func(m text.Marked) string { return m.Show(false) })
			for _, words := range x.verdict {
				if !strings.Contains(verdict, words) {
					t.Errorf("the verdict does not say %q: %s", words, verdict)
				}
			}
		})
	}
}

// take looks for its finding and returns the others.
func (m *must) take(t *testing.T, found []session.Finding) []session.Finding {
	t.Helper()
	i := slices.IndexFunc(found, func(f session.Finding) bool { return f.Session == m.session && f.Rule == m.rule })
	if i < 0 {
		t.Errorf("session %d: %s is missing", m.session, m.rule)
		return found
	}
	f := found[i]
	said := f.Summary.Show(false)
	if f.Severity != m.severity || f.Side != m.side || fmt.Sprint(f.Rows) != fmt.Sprint(m.rows) {
		t.Errorf("%s is %s, side %q, rows %v; want %s, %q, %v", m.rule, f.Severity, f.Side, f.Rows, m.severity, m.side, m.rows)
	}
	for _, words := range m.words {
		if !strings.Contains(said, words) {
			t.Errorf("%s does not say %q: %s", m.rule, words, said)
		}
	}
	return slices.Delete(found, i, i+1)
}
