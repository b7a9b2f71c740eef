package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// shown is one message as a tool shows it, or as it was sent.
type shown struct {
	fromServer bool
	class      string // see classOf
	timestamp  int64  // -1 when the tool shows none
	name       string
	length     int // of the body, only of what nginx recorded
}

// classOf puts a message type ID into words that both tools can be held to:
// Wireshark does not tell commands from data.
func classOf(typ int) string {
	switch typ {
	case chunk.TypeAudio:
		return "audio"
	case chunk.TypeVideo:
		return "video"
	case chunk.TypeDataAMF3, chunk.TypeCommandAMF3, chunk.TypeDataAMF0, chunk.TypeCommandAMF0:
		return "call"
	case chunk.TypeSetChunkSize, chunk.TypeAbort, chunk.TypeAcknowledgement, chunk.TypeUserControl,
		chunk.TypeWindowAckSize, chunk.TypeSetPeerBandwidth, chunk.TypeAggregate:
		return strconv.Itoa(typ)
	}
	return "unknown"
}

// wiresharkNames are how the dissector calls what is neither media nor a call.
var wiresharkNames = map[string]string{
	"Set Chunk Size": "1", "Abort Message": "2", "Acknowledgement": "3",
	"User Control Message": "4", "Stream Begin": "4", "Stream EOF": "4", "Stream Dry": "4",
	"Set Buffer Length": "4", "Stream Is Recorded": "4", "Ping Request": "4", "Ping Response": "4",
	"Window Acknowledgement Size": "5", "Set Peer Bandwidth": "6",
	"Audio Data": "audio", "Video Data": "video", "Aggregate": "22",
}

// classOfName is classOf for a title of Wireshark's.
func classOfName(name string) string {
	for prefix, class := range wiresharkNames {
		if strings.HasPrefix(name, prefix) {
			return class
		}
	}
	if strings.HasSuffix(name, ")") && !strings.HasPrefix(name, "Unknown") {
		return "call"
	}
	return "unknown"
}

var (
	tsharkPorts = regexp.MustCompile(`^Transmission Control Protocol, Src Port: (\d+), Dst Port`)
	tsharkTitle = regexp.MustCompile(`^Real Time Messaging Protocol \((.*)\)$`)
	tsharkTime  = regexp.MustCompile(`^ +(?:Extended timestamp|Timestamp): (\d+)`)
)

// tshark lists the messages that tshark shows of a capture with a server on the
// given port, and counts its rows (frames) with messages.
func tshark(file string, port uint16, options ...string) (all []shown, rows int, err error) {
	out, err := exec.Command("tshark", append([]string{"-r", file, "-O", "rtmpt", "-Y", "rtmpt"}, options...)...).Output()
	if err != nil {
		return nil, 0, fmt.Errorf("tshark: %w", err)
	}
	fromServer, counted := false, false
	sc := bufio.NewScanner(bytes.NewReader(out))
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		line := sc.Text()
		if m := tsharkPorts.FindStringSubmatch(line); m != nil {
			fromServer, counted = m[1] == strconv.Itoa(int(port)), false
		} else if m := tsharkTitle.FindStringSubmatch(line); m != nil && !strings.HasPrefix(m[1], "Handshake") {
			name := strings.TrimPrefix(m[1], "AMF0 Command ")
			all = append(all, shown{fromServer: fromServer, class: classOfName(name), timestamp: -1, name: name})
			if !counted {
				rows++
			}
			counted = true
		} else if m := tsharkTime.FindStringSubmatch(line); m != nil && len(all) > 0 {
			all[len(all)-1].timestamp, _ = strconv.ParseInt(m[1], 10, 64)
		}
	}
	return all, rows, sc.Err()
}

// ours lists the messages that rtmpscope shows of a capture.
func ours(program, file string) (all []shown, err error) {
	c := exec.Command(program, "log", "--jsonl", file)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("rtmpscope: %w", err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var row struct {
			Kind, From, Name, Summary string
			Type                      int
			Timestamp                 int64
		}
		if err := d.Decode(&row); err != nil {
			return nil, err
		}
		if row.Kind == "message" {
			all = append(all, shown{fromServer: row.From == "server", class: classOf(row.Type), timestamp: row.Timestamp, name: row.Name + ": " + row.Summary})
		}
	}
	return all, nil
}

// sent lists the messages of a vector.
func (v *vector) sent() (all []shown) {
	for _, w := range v.want {
		f := strings.Fields(w)
		if len(f) != 7 {
			continue // another event
		}
		typ, _ := strconv.Atoi(f[2])
		ts, _ := strconv.ParseInt(f[3], 10, 64)
		all = append(all, shown{fromServer: f[0] == "server", class: classOf(typ), timestamp: ts})
	}
	return all
}

// score compares what is shown with what was sent. A message is right when it has
// the right kind and, if one is shown, the right timestamp; mistimed counts those
// of the right kind with another. Right and mistimed are the longest sequence
// that both lists have in common.
type score struct{ sent, right, mistimed, lost, wrong int }

func compare(sent, got []shown) (s score) {
	for _, fromServer := range []bool{false, true} {
		a, b := side(sent, fromServer), side(got, fromServer)
		pairs := common(a, b)
		s.sent += len(a)
		s.lost += len(a) - len(pairs)
		s.wrong += len(b) - len(pairs)
		for _, p := range pairs {
			if t := b[p[1]].timestamp; t >= 0 && a[p[0]].timestamp >= 0 && t != a[p[0]].timestamp {
				s.mistimed++
			} else {
				s.right++
			}
		}
	}
	return s
}

func side(all []shown, fromServer bool) (out []shown) {
	for _, m := range all {
		if m.fromServer == fromServer {
			out = append(out, m)
		}
	}
	return out
}

// common returns a longest common sequence of two lists, by class, as pairs of
// indexes.
func common(a, b []shown) (pairs [][2]int) {
	length := make([][]int32, len(a)+1)
	for i := range length {
		length[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if length[i][j] = max(length[i+1][j], length[i][j+1]); a[i].class == b[j].class {
				length[i][j] = max(length[i][j], length[i+1][j+1]+1)
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].class == b[j].class && length[i][j] == length[i+1][j+1]+1:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}
