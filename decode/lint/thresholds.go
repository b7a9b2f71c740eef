package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Threshold is a number that rules depend on. Exactly one of Duration and
// Number counts, by IsDuration.
type Threshold struct {
	Name       string // "rule.what", as Config.Set takes it
	IsDuration bool
	Duration   time.Duration
	Number     float64
	Why        string // why this value
}

// thresholds is the one place where the numbers of rules stand.
var thresholds = []Threshold{
	wait("handshake.answer", 3*time.Second, "a server across the world answers C0 and C1 in under one second"),
	wait("connect.close", 2*time.Second, "nginx-rtmp refuses an unknown application by closing at once"),
	wait("connect.answer", 5*time.Second, "hooks that decide on a client take a second or two"),
	wait("start.close", 5*time.Second, "hooks that run after Publish.Start answer within seconds"),
	wait("complaint.lasts", 5*time.Second, "a server that closes about an error does so within a second or two"),
	wait("end.silence", 10*time.Second, "media that has been silent for so long is told of by itself, and its end says nothing more"),
	wait("left.soon", 50*time.Millisecond, "a client is near to the relay or the recording, and leaves because of a message at once"),
	wait("close.soon", 250*time.Millisecond, "who closes because of a message does so at once; the way there and back is added where the server is far away"),
	wait("call.answer", 10*time.Second, "a call that takes longer than this is not answered"),
	wait("start.media", 2*time.Second, "who lets media flow for so long has accepted the key"),
	wait("publish.status", 5*time.Second, "hooks that decide on a publisher take a second or two"),
	wait("metadata.wait", 5*time.Second, "encoders send metadata before the first frame"),
	wait("meta.tracks", 3*time.Second, "encoders begin with both tracks within a second"),
	wait("keyframe.wait", 3*time.Second, "a viewer waits for one group of pictures, which is 2 s as a rule"),
	wait("fcpublish.wait", 5*time.Second, "a client that goes on without an answer does so at once"),
	wait("hung.open", 30*time.Second, "a client that stops closes within a second or two"),
	wait("tunnel.close", 30*time.Second, "a client that ends a tunnel says so at once, and none waits for so long between two requests"),
	wait("reconnect.short", 10*time.Second, "a session that works lasts longer"),
	amount("reconnect.count", 3, "two tries happen by themselves, three are a loop"),
	wait("ping.answer", 30*time.Second, "nginx-rtmp drops a client that has not answered for so long"),
	wait("ping.close", 5*time.Second, "a server that closes sooner has not waited for the answer to its ping"),
	wait("idle.silence", 10*time.Second, "servers drop publishers that are silent for 10 to 60 s"),
	amount("ack.windows", 2, "a receiver that acknowledges does so within one window"),
	wait("ack.stall", 5*time.Second, "a sender that waits for an acknowledgement is silent for longer than any encoder's pause"),
	wait("rate.window", 10*time.Second, "shorter windows see the encoder's bursts"),
	amount("rate.ratio", 0.95, "a player's buffer of 3 s is empty after a minute at 95 %"),
	wait("receiver.slow", 4*time.Second, "the buffers of players are 1 to 5 s; shorter dips nobody sees"),
	wait("receiver.pause", 3*time.Second, "a receiver that is too slow takes nothing now and then, and that is told of as slowness"),
	wait("stall.error", 15*time.Second, "viewers see the picture stand still, and most servers drop a publisher"),
	amount("chunk.huge", 65536, "SRS warns above it; MediaMTX sets exactly this"),
	amount("chunk.tiny", 128, "the default; SRS refuses less"),
	amount("chunk.overhead", 0.02, "more than 2 % of headers at chunk size 128 is waste that one message removes"),
	amount("message.huge", 10<<20, "MediaMTX refuses longer messages"),
	amount("message.nginx", 1<<20, "the default of nginx-rtmp's max_message"),
	amount("reorder.frames", 400, "a composition time that is not 0 comes within the first of them, if at all"),
	amount("reorder.enough", 5, "so many B frames are no accident"),
	wait("gop.long", 4*time.Second, "a player waits for the next keyframe; segments of HLS are this long"),
	wait("gop.note", 2*time.Second, "what streaming platforms ask for"),
	wait("keyframe.none", 30*time.Second, "no encoder for live streams is set to longer"),
	wait("header.only", 5*time.Second, "frames follow their sequence header at once"),
	wait("create.answer", 2*time.Second, "createStream needs no decision, so servers answer it at once"),
	wait("limit.near", 5*time.Minute, "time enough to come and look, or to restart the encoder"),
	wait("media.none", 4*time.Second, "a player of a running stream gets its first message within one keyframe distance"),
	wait("media.silent", 5*time.Second, "longer than any pause of an encoder that works"),
	wait("track.dead", 5*time.Second, "longer than any interleaving"),
	wait("drift.skew", 500*time.Millisecond, "people notice 100 ms; interleaving explains up to half a second"),
	wait("play.kept", time.Second, "a server brings what it has kept for players who join at once"),
	wait("seek.settles", 10*time.Second, "for so long behind a pause or seek timestamps may leap"),
	wait("answer.late", time.Second, "an answer that takes longer is said to be waited for"),
	wait("media.pause", 3*time.Second, "a pause of media that is longer is said to be waited for"),
	wait("ts-back.error", 100*time.Millisecond, "smaller steps back are rounding and reordering"),
	wait("ts-jump.gap", 3*time.Second, "longer than any keyframe distance or audio pause at a steady rate"),
	amount("ts-jump.factor", 10, "times the usual step, and at least a second"),
	wait("ts-underflow.soon", time.Minute, "a clock that runs from 0 reaches 2^32 ms after 49 days"),
	amount("meta.fps", 0.1, "29.97 against 30 is not a mismatch"),
	amount("name.long", 256, "nginx-rtmp cuts longer names; FFmpeg's listener those over 128"),
}

func wait(name string, d time.Duration, why string) Threshold {
	return Threshold{Name: name, IsDuration: true, Duration: d, Why: why}
}

func amount(name string, n float64, why string) Threshold {
	return Threshold{Name: name, Number: n, Why: why}
}

// Thresholds returns all thresholds with their defaults.
func Thresholds() []Threshold { return slices.Clone(thresholds) }

// String writes the value: "3s" or "0.95".
func (t Threshold) String() string {
	if t.IsDuration {
		return t.Duration.String()
	}
	return strconv.FormatFloat(t.Number, 'f', -1, 64)
}

// Config says how strictly to judge. The zero value is the default.
type Config struct {
	set map[string]Threshold
	off []string
}

// Set changes a threshold by name: Set("ts-jump.gap", "3s"). The name of a rule
// with the value "off" switches the rule off, with "on" on again.
func (c *Config) Set(name, value string) error {
	if _, ok := Find(name); ok {
		return c.turn(name, value)
	}
	i := slices.IndexFunc(thresholds, func(t Threshold) bool { return t.Name == name })
	if i < 0 {
		return fmt.Errorf("there is no threshold or rule %q; thresholds are %s", name, strings.Join(names(), ", "))
	}
	t, err := thresholds[i].parse(value)
	if err != nil {
		return err
	}
	if c.set == nil {
		c.set = map[string]Threshold{}
	}
	c.set[name] = t
	return nil
}

func (c *Config) turn(rule, value string) error {
	c.off = slices.DeleteFunc(slices.Clone(c.off), func(s string) bool { return s == rule })
	switch value {
	case "off":
		c.off = append(c.off, rule)
	case "on":
	default:
		return fmt.Errorf("rule %s can be \"on\" or \"off\", not %q", rule, value)
	}
	return nil
}

// parse reads a new value for a threshold.
func (t Threshold) parse(value string) (Threshold, error) {
	var err error
	if t.IsDuration {
		t.Duration, err = time.ParseDuration(value)
	} else {
		t.Number, err = strconv.ParseFloat(value, 64)
	}
	switch {
	case err != nil && t.IsDuration:
		return t, fmt.Errorf("threshold %s wants a duration such as %q, not %q", t.Name, t, value)
	case err != nil:
		return t, fmt.Errorf("threshold %s wants a number such as %q, not %q", t.Name, t, value)
	case t.Duration < 0 || t.Number < 0:
		return t, fmt.Errorf("threshold %s must not be negative", t.Name)
	}
	return t, nil
}

func names() (out []string) {
	for _, t := range thresholds {
		out = append(out, t.Name)
	}
	return out
}

func (c *Config) threshold(name string) Threshold {
	if t, ok := c.set[name]; ok {
		return t
	}
	t, ok := byName[name]
	if !ok {
		panic("lint: no threshold " + name) // a rule names one that is not in the table
	}
	return t
}

// byName finds thresholds: every rule asks for its own in every session.
var byName = func() map[string]Threshold {
	m := make(map[string]Threshold, len(thresholds))
	for _, t := range thresholds {
		m[t.Name] = t
	}
	return m
}()

func (c *Config) duration(name string) time.Duration { return c.threshold(name).Duration }
func (c *Config) number(name string) float64         { return c.threshold(name).Number }
