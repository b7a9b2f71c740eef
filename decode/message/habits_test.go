package message

import "testing"

func TestNeverAnswered(t *testing.T) {
	for command, want := range map[string]string{
		"FCPublish": "nginx-rtmp, MediaMTX, lal and Node-Media-Server never answer it",
		"_checkbw":  "SRS never answers it",
		"connect":   "",
	} {
		if got := NeverAnswered(command); got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
		if _, known := Commands[command]; !known {
			t.Errorf("%s is no known command", command)
		}
	}
}
