package session

import "testing"

// TestMediaRowsSayWhatTheyAre reads bodies written by hand from Enhanced RTMP v2 and FLV
// 10.1 §E.4: a row is no frame when it carries something else.
func TestMediaRowsSayWhatTheyAre(t *testing.T) {
	for body, want := range map[string]string{
		"\x90hvc1\x01":                         "HEVC sequence header, 6 bytes",
		"\x91hvc1\x00\x00\x00\x00":             "HEVC keyframe, 9 bytes",
		"\xa3hvc1\x00":                         "HEVC frame, 6 bytes",
		"\x92hvc1":                             "HEVC end of sequence, 5 bytes",
		"\x94hvc1\x02\x00\x01x":                "HEVC metadata (colorInfo), 9 bytes",
		"\x95av01\x80\x04\x81\x05\x0c\x00":     "AV1 MPEG2TSSequenceStart, 11 bytes",
		"\x98hvc1\x00":                         "HEVC message of a reserved type, 6 bytes",
		"\xd1\x00":                             "video command, 2 bytes",
		"\xd1\x01":                             "video command, 2 bytes",
		"\x07\x01\x00\x00\x00\x00\x00\x00\x00": "AVC frame of reserved type 0, 9 bytes",
		"":                                     "empty video",
	} {
		if got := entryOf(9, 0, []byte(body)).mediaSummary(); got != want {
			t.Errorf("% x: %q, want %q", body, got, want)
		}
	}
	for body, want := range map[string]string{
		"\x94Opus\x01\x02\x00\x00\x00\x03": "Opus MultichannelConfig, 11 bytes",
		"\x93Opus\x00":                     "Opus message of a reserved type, 6 bytes",
		"\xaf\x00\x12\x10":                 "AAC sequence header, 4 bytes",
		"":                                 "empty (silence)",
	} {
		if got := entryOf(8, 0, []byte(body)).mediaSummary(); got != want {
			t.Errorf("audio % x: %q, want %q", body, got, want)
		}
	}
}
