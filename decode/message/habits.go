package message

import "strings"

// silent lists calls that ask for a result and that these servers never answer, as
// seen in captures of them. Clients go on without.
var silent = map[string][]string{
	"releaseStream":   {"nginx-rtmp", "MediaMTX", "lal", "Node-Media-Server"},
	"FCPublish":       {"nginx-rtmp", "MediaMTX", "lal", "Node-Media-Server"},
	"getStreamLength": {"nginx-rtmp", "SRS", "Node-Media-Server"},
	"_checkbw":        {"SRS"},
}

// NeverAnswered says in words which servers never answer a call; "" when none is
// known for that.
func NeverAnswered(command string) string {
	switch who := silent[command]; len(who) {
	case 0:
		return ""
	case 1:
		return who[0] + " never answers it"
	default:
		last := len(who) - 1
		return strings.Join(who[:last], ", ") + " and " + who[last] + " never answer it"
	}
}
