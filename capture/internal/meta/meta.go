// Package meta is what a recorder says in comments of a capture file to who
// reads it again: where a segment and its connections stand, why a direction
// ended, notes, and what other programs have no packets for. Each is JSON behind a
// prefix of our own; words for people stand in comments beside it. The form is
// private: only the packages of capture read and write it.
//
// The package knows neither blocks nor packets, and believes nothing: whoever
// reads a comment checks what it says.
package meta

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// Prefix begins every comment of a packet that is for people, so that comments
	// which a person added are not taken for a recorder's own.
	Prefix = "rtmpscope: "
	// Application begins what the section header of a recording says of the program.
	Application = "rtmpscope "
	// Section begins its comment, which goes on with words for people.
	Section = "Written by rtmpscope "
	// Silence is the comment of a statistics block that stands for silence.
	Silence = Prefix + "silence until here"

	// prefix begins a comment that is meant for programs: a Comment in JSON.
	prefix = "rtmpscope:{"
)

// Comment is what one comment says; one of its fields is set.
type Comment struct {
	Segment *Segment    `json:"segment,omitempty"`
	Resume  *Resumption `json:"resume,omitempty"`
	Head    *Head       `json:"head,omitempty"`
	Note    *Note       `json:"note,omitempty"`
	Unknown bool        `json:"unknown,omitempty"` // bytes are missing here, nobody knows how many
	Held    *Hold       `json:"held,omitempty"`    // of the bytes that the packet's sender receives
	Paced   *Pace       `json:"paced,omitempty"`   // likewise
	Edited  *Edit       `json:"edited,omitempty"`  // of what the packet's sender sent
	Around  *Around     `json:"around,omitempty"`  // said by the packet's sender
	End     *Cause      `json:"end,omitempty"`     // why the direction ends that the packet ends
	Facts   []Fact      `json:"facts,omitempty"`   // of the connection that the packet opens or carries on
	Waits   bool        `json:"waits,omitempty"`   // the connection that the packet opens has no server yet
	Reached *Reached    `json:"reached,omitempty"` // the packet opens what has had none
}

// Segment is what a section header says of its place in a recording.
type Segment struct {
	Recording string `json:"recording"`       // the same in every segment
	Number    int    `json:"number"`          // from 1
	After     int    `json:"after,omitempty"` // number of the segment before; numbers may be skipped
	Size      int64  `json:"size,omitempty"`  // how many bytes of the segment before count
	Opened    uint32 `json:"opened,omitempty"`
}

// Resumption says how far a connection had got when a segment began.
type Resumption struct {
	Conn   uint32   `json:"conn"` // its number in the recording
	Offset [2]int64 `json:"offset"`
	Ended  [2]bool  `json:"ended"`
	Time   int64    `json:"time,omitempty"` // when it was last heard of, in nanoseconds since 1970
}

// Head says that a packet repeats the beginning of a connection that goes on in a
// segment, for who does not have the segments before.
type Head struct {
	Conn uint32 `json:"conn"` // its number in the recording
}

// Reached says that a packet opens the connection to the server for a client that
// waited for it under other addresses.
type Reached struct {
	Conn uint32 `json:"conn"` // its number in the recording
}

// Hold is capture.Hold in a comment.
type Hold struct {
	For     time.Duration `json:"for"`
	Waiting int64         `json:"waiting"`
}

// Pace is capture.Pace in a comment, and Path its Path.
type Pace struct {
	Behind  time.Duration `json:"behind"`
	Over    bool          `json:"over,omitempty"`
	Span    time.Duration `json:"span"`
	Came    int64         `json:"came"`
	Taken   int64         `json:"taken"`
	Blocked time.Duration `json:"blocked,omitempty"`
	Waiting int64         `json:"waiting"`
	Path    *Path         `json:"path,omitempty"`
}

// Path is capture.Path in a comment.
type Path struct {
	RTT           time.Duration `json:"rtt"`
	Delivery      int64         `json:"delivery,omitempty"`
	Retransmitted int64         `json:"retransmitted,omitempty"`
	Unacked       int64         `json:"unacked,omitempty"`
	Unsent        int64         `json:"unsent,omitempty"`
	WindowFull    time.Duration `json:"window,omitempty"`
}

// Edit is capture.Edit in a comment.
type Edit struct {
	Offset   int64         `json:"offset"`
	Removed  int64         `json:"removed,omitempty"`
	Inserted []byte        `json:"inserted,omitempty"`
	Wait     time.Duration `json:"wait,omitempty"`
}

// Around is capture.Around in a comment.
type Around struct {
	Poll  bool  `json:"poll,omitempty"`
	Alert uint8 `json:"alert,omitempty"`
}

// String writes the comment, with all that is not visible escaped.
func (c Comment) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // no value of these types cannot be written
	}
	return strings.TrimSuffix(prefix, "{") + Visible(string(b))
}

// Read reads a comment; ok is false when it is not one of ours for programs. In a
// section comment the JSON stands behind words for people.
func Read(comment []byte) (c Comment, ok bool) {
	at := 0
	if !bytes.HasPrefix(comment, []byte(prefix)) {
		if !bytes.HasPrefix(comment, []byte(Section)) {
			return Comment{}, false
		}
		if at = bytes.LastIndex(comment, []byte(" "+prefix)) + 1; at == 0 {
			return Comment{}, false
		}
	}
	err := json.Unmarshal(comment[at+len(prefix)-1:], &c)
	return c, err == nil
}

// Words is a comment for people: a reason, as a packet comment, which is UTF-8 and
// the length of which has 16 bits. There is none for an empty reason.
func Words(reason string) []string {
	if reason == "" {
		return nil
	}
	const most = 4096
	return []string{Prefix + Visible(strings.ToValidUTF8(reason[:min(len(reason), most)], ""))}
}

// Side names who sends a direction, in comments and in words.
func Side(fromServer bool) string {
	if fromServer {
		return "server"
	}
	return "client"
}

// Visible writes everything that a terminal might obey, or that cannot be seen,
// as \u escapes. Inside JSON strings that changes nothing.
func Visible(s string) string {
	if strings.IndexFunc(s, invisible) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case !invisible(r):
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func invisible(r rune) bool {
	return r == utf8.RuneError || !unicode.IsGraphic(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}
