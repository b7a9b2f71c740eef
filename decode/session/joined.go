package session

import (
	"slices"

	"github.com/rtmpscope/rtmpscope/decode/mask"
)

// A server tells players things about the publisher of their stream: that it began, under
// which full name, with the parameters of its URL. A key that only the publisher has said is
// a credential there too. So sessions that play a stream know what its publishers have
// carried, of each the first credentials that cannot be mistaken for words; the publisher
// knows nothing of his players, of whom there may be many. What was learnt once stays.

// maxJoined is how many streams one session is joined to; of more it hears nothing.
const maxJoined = 16

// maxStreamName is how long the name of a stream may be by which sessions are joined.
const maxStreamName = 1024

// joint is a stream and the sessions that publish or play it and have not ended.
type joint struct {
	name    string
	members []*conn
	known   []string // what its publishers have carried
}

// join notes that a session publishes or plays a stream of a server, whatever comes with its name.
func (c *conn) join(app, stream string, role Role) {
	name := c.info.Server + " " + withoutQuery(app) + "/" + withoutQuery(stream)
	if stream == "" || len(name) > maxStreamName || len(c.joints) == maxJoined {
		return
	}
	j := c.t.joints[name]
	if j == nil {
		j = &joint{name: name}
		c.t.joints[name] = j
	}
	if !slices.Contains(j.members, c) {
		j.members, c.joints = append(j.members, c), append(c.joints, j)
	}
	if role == Publish {
		c.publishes = true
		j.tell(c.info.known)
	}
	c.hears(j.known)
}

// tell lets all members know what a publisher has carried.
func (j *joint) tell(set *mask.Set) {
	fresh := slices.DeleteFunc(set.Strong(), func(s string) bool { return slices.Contains(j.known, s) })
	if len(fresh) == 0 {
		return
	}
	j.known = append(j.known, fresh...)
	for _, c := range j.members {
		c.hears(fresh)
	}
}

// hears takes in credentials that others of the same stream have carried.
func (c *conn) hears(known []string) {
	if set := c.info.known.With(known...); set != c.info.known {
		c.secrets, c.info.known = &secrets{set: set}, set
		c.t.changed(c)
	}
}

// passOn lets those who play what a session publishes know what it has carried since.
func (c *conn) passOn() {
	if c.publishes {
		for _, j := range c.joints {
			j.tell(c.info.known)
		}
	}
}

// part takes a session that has ended out of the streams.
func (c *conn) part() {
	for _, j := range c.joints {
		j.members = slices.DeleteFunc(j.members, func(m *conn) bool { return m == c })
		if len(j.members) == 0 {
			delete(c.t.joints, j.name)
		}
	}
	c.joints = nil
}
