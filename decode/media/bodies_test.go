package media

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// realBody is one message of a real session.
type realBody struct {
	name, detail string
	video        bool
	body         []byte
}

// realBodies returns the audio and video messages of real sessions that package
// message keeps, with what an independent decoder said about each.
func realBodies(t testing.TB) []realBody {
	t.Helper()
	const dir = "../message/testdata/bodies"
	text, err := os.ReadFile(filepath.Join(dir, "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	var out []realBody
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if _, ok := files[f[0]]; !ok {
			if files[f[0]], err = os.ReadFile(filepath.Join(dir, f[0]+".bin")); err != nil {
				t.Fatal(err)
			}
		}
		p := files[f[0]]
		n := binary.BigEndian.Uint32(p[9:])
		typ, body := p[0], p[13:13+n]
		files[f[0]] = p[13+n:]
		if typ == 8 || typ == 9 {
			out = append(out, realBody{f[0] + "/" + f[1], f[4], typ == 9, body})
		}
	}
	if len(out) < 50 {
		t.Fatalf("only %d bodies", len(out))
	}
	return out
}

// describe renders a tag in the words of the independent decoder.
func describe(t Tag) string {
	var words []string
	if t.Enhanced {
		kind := "ex-audio "
		if t.Video {
			kind = "ex-video "
		}
		words = append(words, kind+t.FourCC.String(), "pt"+string('0'+rune(t.PacketType)))
		if t.Video {
			words = append(words, "ft"+string('0'+rune(t.FrameType)))
		}
		return strings.Join(words, " ")
	}
	words = append(words, strings.ReplaceAll(t.Codec.String(), ".", ""))
	switch {
	case t.Codec != AVC && t.Codec != AAC:
	case t.Kind == SequenceHeader:
		words = append(words, "seqhdr")
	case t.Kind == EndOfSequence:
		words = append(words, "eos")
	case t.Video:
		words = append(words, "nalu")
	default:
		words = append(words, "raw")
	}
	if t.Video && t.Key {
		words = append(words, "key")
	} else if t.Video {
		words = append(words, "inter")
	}
	return strings.Join(words, " ")
}

func parse(video bool, body []byte) Tag {
	if video {
		return ParseVideo(body)
	}
	return ParseAudio(body)
}

func TestRealBodiesAgainstIndependentDecoder(t *testing.T) {
	for _, r := range realBodies(t) {
		if got := describe(parse(r.video, r.body)); got != r.detail {
			t.Errorf("%s: %q, the independent decoder says %q", r.name, got, r.detail)
		}
	}
}

func TestInvariantTiling(t *testing.T) {
	for _, r := range realBodies(t) {
		checkTiling(t, r.video, r.body, nil)
		if !strings.HasPrefix(r.name, "amf3synthetic") { // its audio is not MP3
			checkNoneBad(t, r.video, r.body)
		}
		for n := range min(len(r.body), 300) {
			checkTiling(t, r.video, r.body[:n], nil)
		}
	}
}
