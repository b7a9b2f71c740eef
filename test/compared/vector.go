package main

import (
	"bufio"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed vectors
var vectorFiles embed.FS

// vector is a stretch of bytes written by hand, with what an RTMP decoder has to
// say about it. The files in vectors hold them in this form:
//
//	# title
//	port 19350        the server's port, if not 1935
//	client, server    whose bytes follow
//	handshake         a plain handshake of both sides
//	gap 5000          bytes that were not captured
//	http /send/1/2    the segment is the body of a request; of the server that of
//	                  an answer, http =1 the one that gives a session ID
//	hello c0c1        a part of the handshake, where it does not stand alone
//	06 000000 …       bytes in hexadecimal, "text", 40*aa (repeated), 3x( … );
//	                  an empty line ends a segment, ";" begins a comment
//	ask A => B        what tshark is asked for, and how many there are
//	= client 6 9 40 1 300 3     a message: chunk stream, type, timestamp,
//	                            message stream, length, chunks
//	= client lost gap           another event, with its reason
type vector struct {
	name, title string
	port        uint16
	parts       []part
	want        []string
	ask         string
	asked       int
}

// part is one segment, or a gap.
type part struct {
	fromServer bool
	data       []byte
	gap        int64
	http       string // how the segment travels in HTTP, or ""; inHTTP wraps it
}

// handshakeSize is the length of C0, C1 and C2, and of S0, S1 and S2.
const handshakeSize = 1 + 2*1536

// readVectors reads all vectors, in the order of their names.
func readVectors() (all []*vector, err error) {
	names, err := fs.Glob(vectorFiles, "vectors/*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(vectorFiles, name)
		if err != nil {
			return nil, err
		}
		v := &vector{name: strings.TrimSuffix(strings.TrimPrefix(name, "vectors/"), ".txt"), port: 1935}
		if err := v.parse(string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// parse reads the text of a vector.
func (v *vector) parse(text string) error {
	fromServer := false
	var segment []byte
	http := ""
	for sc := bufio.NewScanner(strings.NewReader(text + "\n\n")); sc.Scan(); {
		line, _, _ := strings.Cut(sc.Text(), ";")
		words := strings.Fields(line)
		if len(words) == 0 && strings.TrimSpace(sc.Text()) != "" {
			continue // nothing but a comment
		}
		if len(words) == 0 || words[0] == "client" || words[0] == "server" {
			if len(segment) > 0 || http != "" {
				v.parts = append(v.parts, part{fromServer: fromServer, data: segment, http: http})
			}
			segment, http = nil, ""
			if len(words) > 0 {
				fromServer = words[0] == "server"
			}
			continue
		}
		if words[0] == "http" {
			http = strings.TrimSpace(line)
			continue
		}
		p, err := v.line(line, words, fromServer)
		if err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		segment = append(segment, p...)
	}
	return nil
}

// line takes in one line and returns the bytes that it writes.
func (v *vector) line(line string, words []string, fromServer bool) ([]byte, error) {
	switch words[0] {
	case "#":
		v.title = strings.TrimSpace(line[1:])
	case "=":
		v.want = append(v.want, strings.Join(words[1:], " "))
	case "port":
		n, err := strconv.ParseUint(words[1], 10, 16)
		v.port = uint16(n)
		return nil, err
	case "gap":
		n, err := strconv.ParseInt(words[1], 10, 64)
		v.parts = append(v.parts, part{fromServer: fromServer, gap: n})
		return nil, err
	case "handshake":
		v.parts = append(v.parts, part{data: hello()[:1537]}, part{fromServer: true, data: hello()}, part{data: hello()[1537:]})
	case "hello":
		return helloParts[words[1]](hello()), nil
	case "ask":
		question, number, _ := strings.Cut(strings.TrimSpace(line)[4:], " => ")
		n, err := strconv.Atoi(number)
		v.ask, v.asked = question, n
		return nil, err
	default:
		return bytesOf(words)
	}
	return nil, nil
}

// bytesOf reads words of hexadecimal, repetitions and texts without spaces.
func bytesOf(words []string) (out []byte, err error) {
	for i := 0; i < len(words); i++ {
		word := words[i]
		if count, ok := strings.CutSuffix(word, "x("); ok {
			n, err := strconv.Atoi(count)
			end := i + 1
			for end < len(words) && words[end] != ")" {
				end++
			}
			group, err2 := bytesOf(words[i+1 : min(end, len(words))])
			if err != nil || err2 != nil || end == len(words) {
				return nil, fmt.Errorf("a group that cannot be read: %v", words[i:])
			}
			out = append(out, []byte(strings.Repeat(string(group), n))...)
			i = end
			continue
		}
		p, err := bytesOfWord(word)
		if err != nil {
			return nil, err
		}
		out = append(out, p...)
	}
	return out, nil
}

func bytesOfWord(word string) ([]byte, error) {
	if text, ok := strings.CutPrefix(word, `"`); ok {
		return []byte(strings.TrimSuffix(text, `"`)), nil
	}
	count, digits, repeated := strings.Cut(word, "*")
	if !repeated {
		return hex.DecodeString(word)
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return nil, err
	}
	p, err := hex.DecodeString(digits)
	return []byte(strings.Repeat(string(p), n)), err
}

// helloParts cut a handshake of one side: S0, S1 and S2 are one segment.
var helloParts = map[string]func([]byte) []byte{
	"c0c1":   func(p []byte) []byte { return p[:1537] },
	"c2":     func(p []byte) []byte { return p[1537:] },
	"s0s1s2": func(p []byte) []byte { return p },
}

// hello is a plain handshake of one side: C0, C1 and C2.
func hello() []byte {
	p := make([]byte, handshakeSize)
	p[0] = 3
	for i := 9; i < 1537; i++ {
		p[i] = byte(i * 7)
	}
	copy(p[1537:], p[1:1537])
	return p
}
