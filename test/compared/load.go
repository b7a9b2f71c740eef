package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// The loads that are put on a relay, each by a process of its own, and the server
// behind it. All of it is RTMP, so that who decodes has something to decode.

// chunkSize is what the loads set, as encoders do.
const chunkSize = 4096

// pingSize is a User Control Message with a ping in one chunk (RTMP 1.0 §7.1.7): 12
// bytes of header, 2 of event type, 4 of timestamp.
const pingSize = 18

// lastPing is the timestamp of the ping behind a bulk publish.
const lastPing = 0xffffffff

func ping(timestamp uint32) []byte {
	body := binary.BigEndian.AppendUint32([]byte{0, 6}, timestamp) // 6 is a ping request
	var w chunk.Writer
	return w.Append(nil, chunk.Out{ChunkStream: 2, Type: 4, Body: body})
}

// isPing reports whether p is a ping request.
func isPing(p []byte) bool { return len(p) == pingSize && p[0] == 2 && p[7] == 4 && p[13] == 6 }

// server answers handshakes and pings, a ping behind other bytes when it is the last,
// and reads everything else.
func server(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go serve(c)
	}
}

func serve(c net.Conn) {
	defer c.Close()
	if err := greet(c); err != nil {
		return
	}
	buf := make([]byte, 256<<10)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		last := buf[max(n-pingSize, 0):n]
		if isPing(last) && (n == pingSize || binary.BigEndian.Uint32(last[14:]) == lastPing) {
			last[13] = 7 // the answer
			if _, err := c.Write(last); err != nil {
				return
			}
		}
	}
}

// greet is the server's half of a handshake.
func greet(c net.Conn) error {
	p := hello()
	if _, err := io.ReadFull(c, p[:1537]); err != nil {
		return err
	}
	copy(p[1537:], p[1:1537])
	if _, err := c.Write(p); err != nil {
		return err
	}
	_, err := io.ReadFull(c, p[:1536])
	return err
}

// patience is how long a load may take: one that hangs is an error.
const patience = 2 * time.Minute

// dial connects and shakes hands.
func dial(to string) (net.Conn, error) {
	c, err := net.Dial("tcp", to)
	if err != nil {
		return nil, err
	}
	p := hello()
	if err = c.SetDeadline(time.Now().Add(patience)); err == nil {
		_, err = c.Write(p[:1537])
	}
	if err == nil {
		_, err = io.ReadFull(c, p)
	}
	if err == nil {
		_, err = c.Write(p[1:1537])
	}
	return c, err
}

// publisher connects and begins to publish.
func publisher(to string) (net.Conn, *chunk.Writer, error) {
	c, err := dial(to)
	w := new(chunk.Writer)
	if err == nil {
		_, err = c.Write(publishing(w))
	}
	return c, w, err
}

// publishing is what a publisher says before media.
func publishing(w *chunk.Writer) []byte {
	command := func(id float64, name string, rest ...byte) []byte {
		return append(amf.AppendNumber(amf.AppendString(nil, name), id), rest...)
	}
	app := amf.AppendObject(nil, amf.Member{Name: "app", Value: amf.Value{Kind: amf.String, Text: "live"}})
	out := w.Append(nil, chunk.Out{ChunkStream: 3, Type: 20, Body: command(1, "connect", app...)})
	out = w.Append(out, chunk.Out{ChunkStream: 2, Type: 1, Body: binary.BigEndian.AppendUint32(nil, chunkSize)})
	w.SetSize(chunkSize)
	out = w.Append(out, chunk.Out{ChunkStream: 3, Type: 20, Body: command(4, "createStream", amf.AppendNull(nil)...)})
	name := amf.AppendString(amf.AppendString(amf.AppendNull(nil), "bench"), "live")
	return w.Append(out, chunk.Out{ChunkStream: 4, Type: 20, StreamID: 1, Body: command(5, "publish", name...)})
}

// blast publishes so many MiB as fast as they are taken, and prints GB/s.
func blast(to string, mib int) error {
	c, _, err := publisher(to)
	if err != nil {
		return err
	}
	defer c.Close()
	body := bulk(32 << 20)
	began, sent := time.Now(), 0
	for sent < mib<<20 {
		for piece := range slices.Chunk(body, 128<<10) { // it begins and ends with a message
			if _, err := c.Write(piece); err != nil {
				return err
			}
			sent += len(piece)
		}
	}
	answer := make([]byte, pingSize)
	if _, err := c.Write(ping(lastPing)); err != nil {
		return err
	}
	if _, err := io.ReadFull(c, answer); err != nil {
		return err
	}
	fmt.Println(float64(sent) / 1e9 / time.Since(began).Seconds())
	return nil
}

// bulk is some bytes of video in frames of 100 kB with audio between.
func bulk(size int) (out []byte) {
	var w chunk.Writer
	w.SetSize(chunkSize)
	video, audio := picture(make([]byte, 100_000), false), make([]byte, 300)
	rng := rand.NewChaCha8([32]byte{1})
	_, _ = rng.Read(video[10:]) // never fails
	audio[0], audio[1] = 0xaf, 1
	for at := uint32(0); len(out) < size; at += 16 {
		out = w.Append(out, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: at, Body: video})
		out = w.Append(out, chunk.Out{ChunkStream: 4, Type: 8, StreamID: 1, Timestamp: at, Body: audio})
	}
	return out
}

// roundTrips prints the median and the 99th of 100 round trips in microseconds.
func roundTrips(to string, n int) error {
	c, err := dial(to)
	if err != nil {
		return err
	}
	defer c.Close()
	const warm = 200
	var took []time.Duration
	answer := make([]byte, pingSize)
	for i := range n + warm {
		began := time.Now()
		if _, err := c.Write(ping(uint32(i))); err != nil {
			return err
		}
		if _, err := io.ReadFull(c, answer); err != nil {
			return err
		}
		if i >= warm {
			took = append(took, time.Since(began))
		}
	}
	slices.Sort(took)
	fmt.Println(float64(took[n/2].Nanoseconds())/1e3, float64(took[n*99/100].Nanoseconds())/1e3)
	return nil
}

// The sessions of a fleet publish so much each, a picture at a time.
const (
	fleetRate  = 500_000 // bit/s
	fleetTick  = 20 * time.Millisecond
	fleetBytes = fleetRate / 8 / int(time.Second/fleetTick)
)

// fleet publishes with many sessions in real time, and prints by how many
// milliseconds the worst write was late.
func fleet(to string, sessions int, seconds int) error {
	var all sync.WaitGroup
	var late, lost atomic.Int64
	for range sessions {
		all.Go(func() {
			if err := paced(to, seconds, &late); err != nil {
				lost.Add(1)
			}
		})
	}
	all.Wait()
	if n := lost.Load(); n > 0 {
		return fmt.Errorf("%d of %d sessions were lost", n, sessions)
	}
	fmt.Println(float64(late.Load()) / 1e6)
	return nil
}

// paced is one session of a fleet.
func paced(to string, seconds int, late *atomic.Int64) error {
	c, w, err := publisher(to)
	if err != nil {
		return err
	}
	defer c.Close()
	frame := picture(make([]byte, fleetBytes), false)
	began := time.Now().Add(rand.N(fleetTick))
	for i := range seconds * int(time.Second/fleetTick) {
		due := began.Add(time.Duration(i) * fleetTick)
		time.Sleep(time.Until(due))
		message := w.Append(nil, chunk.Out{ChunkStream: 6, Type: 9, StreamID: 1, Timestamp: uint32(due.Sub(began).Milliseconds()), Body: frame})
		if _, err := c.Write(message); err != nil {
			return errors.Join(errors.New("a session was lost"), err)
		}
		if by := int64(time.Since(due)); by > late.Load() {
			late.Store(by) // two at once may lose one that is about as late
		}
	}
	return nil
}
