// Command scale writes a capture of one long publish, to see how the program
// behaves on it:
//
//	go run ./test/scale -messages 10000000 -o night.pcapng
//	rtmpscope open night.pcapng
//	go run ./test/scale -past 100000 -program ./rtmpscope             # what sessions cost that are long past
//	go run ./test/scale -measure night.pcapng -program ./rtmpscope   # figures for docs/compared.md
//
// Bodies are short, so that the file is about messages and not about bytes:
// ten million messages are some 600 MB.
package main

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"time"

	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

func main() {
	messages := flag.Int("messages", 10_000_000, "how many audio and video messages to write")
	out := flag.String("o", "", "the file to write; it must not exist")
	measured := flag.String("measure", "", "open this capture on a terminal and print how long a person waits for what")
	before := flag.Int("past", 0, "open captures of so many sessions that have ended, and of a tenth, and print what the others cost")
	program := flag.String("program", "rtmpscope", "the program to measure")
	flag.Parse()
	switch {
	case *measured != "":
		end(measure(*program, *measured))
	case *before > 0:
		end(past(*program, *before))
	}
	if *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	end(write(*out, *messages))
}

// end ends the program.
func end(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// fresh is a writer that has written nothing.
var fresh chunk.Writer

// publish writes both sides of the session.
type publish struct {
	rec    *record.Recorder
	id     uint64
	now    time.Time
	writer [2]chunk.Writer
	buf    []byte
}

func write(path string, messages int) error {
	rec, err := record.Create(path, record.Options{Version: "scale"})
	if err != nil {
		return err
	}
	p := &publish{rec: rec, id: 1, now: time.Date(2026, 1, 1, 22, 0, 0, 0, time.UTC)}
	client, server := netip.MustParseAddrPort("10.0.0.1:50000"), netip.MustParseAddrPort("10.0.0.2:1935")
	if err := rec.Open(1, p.now, p.now, client, server); err != nil {
		return err
	}
	if err := p.begin(); err != nil {
		return err
	}
	for i := range messages {
		if err := p.media(i); err != nil {
			return err
		}
	}
	return p.end()
}

// say records what one side sends.
func (p *publish) say(fromServer bool, b []byte) error {
	p.now = p.now.Add(time.Millisecond)
	return p.rec.Data(p.id, fromServer, p.now, b)
}

func (p *publish) command(fromServer bool, stream uint32, values ...amf.Value) error {
	var body []byte
	for _, v := range values {
		body = amf.Append0(body, v)
	}
	side := 0
	if fromServer {
		side = 1
	}
	return p.say(fromServer, p.writer[side].Append(nil, chunk.Out{ChunkStream: 3, Type: 20, StreamID: stream, Body: body}))
}

// begin writes the handshake and the commands up to the first frame.
func (p *publish) begin() error {
	hello := make([]byte, 1+2*1536)
	hello[0] = 3
	steps := []func() error{
		func() error { return p.say(false, hello[:1537]) },
		func() error { return p.say(true, hello) },
		func() error { return p.say(false, hello[1537:]) },
		func() error {
			return p.command(false, 0, amf.Str("connect"), amf.Num(1), amf.Obj(amf.Prop("app", amf.Str("live")), amf.Prop("tcUrl", amf.Str("rtmp://10.0.0.2/live"))))
		},
		func() error {
			return p.command(true, 0, amf.Str("_result"), amf.Num(1), amf.Nul(), amf.Obj(amf.Prop("code", amf.Str("NetConnection.Connect.Success"))))
		},
		func() error { return p.command(false, 0, amf.Str("createStream"), amf.Num(2), amf.Nul()) },
		func() error { return p.command(true, 0, amf.Str("_result"), amf.Num(2), amf.Nul(), amf.Num(1)) },
		func() error {
			return p.command(false, 1, amf.Str("publish"), amf.Num(3), amf.Nul(), amf.Str("night"), amf.Str("live"))
		},
		func() error {
			return p.command(true, 1, amf.Str("onStatus"), amf.Num(0), amf.Nul(), amf.Obj(amf.Prop("level", amf.Str("status")), amf.Prop("code", amf.Str("NetStream.Publish.Start"))))
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// media writes message i: video and audio in turn, a keyframe every two
// seconds, several messages a record as a busy socket gives them.
func (p *publish) media(i int) error {
	o := chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1, Timestamp: uint32(i) * 13, Body: make([]byte, 20+i%7)}
	o.Body[0], o.Body[1] = 0xaf, 1
	if i%5 < 2 {
		o.ChunkStream, o.Type, o.Body = 6, 9, make([]byte, 40+i%60)
		o.Body[0], o.Body[1] = 0x27, 1
		if i%150 == 0 {
			o.Body[0] = 0x17
		}
	}
	p.buf = p.writer[0].Append(p.buf, o)
	if i%16 != 15 {
		return nil
	}
	err := p.say(false, p.buf)
	p.buf = p.buf[:0]
	p.now = p.now.Add(207 * time.Millisecond)
	return err
}

func (p *publish) end() error {
	if err := p.say(false, p.buf); err != nil {
		return err
	}
	for _, fromServer := range []bool{false, true} {
		if err := p.rec.Fin(1, fromServer, p.now, ""); err != nil {
			return err
		}
	}
	return p.rec.Close()
}
