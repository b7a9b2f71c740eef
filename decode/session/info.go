package session

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Role is what a client came for.
type Role uint8

// The roles.
const (
	RoleUnknown Role = iota
	Publish
	Play
)

// String names the role; the unknown one is "".
func (r Role) String() string { return [...]string{"", "publish", "play"}[r] }

// Info is what is known of one session so far. It is a plain copy.
type Info struct {
	Number   uint32 // from 1, in order of opening
	Client   string // address as captured
	Server   string // likewise, or that it was not reached
	Dialling bool   // the server is still being dialled: Server is what was asked for, which may be a name
	Facts    Facts  // what else is known of the connection, made safe; not to be changed
	OpenedAt time.Time
	LastAt   time.Time // of the last record; while the session is open, of the latest time known
	App      text.Marked
	TCURL    text.Marked
	Stream   text.Marked // first name that was published or played
	Role     Role
	Accepted bool        // publish or play was accepted
	Streams  int         // how often something was published or played
	Agent    text.Marked // flashVer of the client's connect
	Engine   text.Marked // fmsVer of the server's answer
	Phase    Phase       // how far it has come
	Stages   []Stage     // the phases that it has had, in order; shared: do not change it
	Open     bool
	Closed   [2]bool     // by decode.Direction: that side has ended
	Ender    Side        // which side ended first; NoSide while open, and when the relay did or nobody is known
	Ended    string      // who closed and how, in words; "" while open
	Trouble  string      // the weightiest refusal, loss or reset, in words; "" when there is none
	Cause    string      // Trouble in a few words, for narrow places
	Refusal  string      // status code, or command, of the first refusal, made safe; "" when nothing was refused
	Failed   string      // status code of the first error after it was accepted and media flowed, made safe
	Login    string      // what the server asked of a client that is to log in, in words; "" when it did not
	Redirect text.Marked // where the server sent the client, "" when it did not
	Bytes    [2]int64    // by decode.Direction
	Messages [2]int64
	Audio    int64 // messages
	Video    int64
	Rows     uint32
	Pending  []Pending // requests without an answer, oldest first
	Worst    Severity  // of the findings; 0 when there are none
	Findings [Error + 1]int
	known    *mask.Set // the credentials that its commands have carried
}

// Pending is a request that has not been answered.
type Pending struct {
	Row     uint32
	Command string
	From    decode.Direction
	Since   time.Time
}
