package capture

// Limits on tunnels.
const (
	maxTunnels = 4096
	// maxAhead is how many requests may wait for one before them.
	maxAhead      = 16
	maxAheadBytes = 8 << 20
)

// tunnels are those between two hosts.
type tunnels struct {
	reader *Reader
	hosts  hosts
	origin Mark // of the first TCP connection that carried one
	byID   map[string]*tunnel
	made   int
}

// tunnelsBetween finds or makes the tunnels of a TCP connection's hosts.
func (r *Reader) tunnelsBetween(f *flow, origin Mark) *tunnels {
	key := hosts{f.client.Addr(), f.server}
	g := r.groups[key]
	if g == nil {
		if len(r.groups) >= maxTunnels {
			clear(r.groups)
		}
		g = &tunnels{reader: r, hosts: key, origin: origin, byID: map[string]*tunnel{}}
		g.origin.tunnels = true
		r.groups[key] = g
	}
	return g
}

// open begins a tunnel.
func (g *tunnels) open(x *exchange, sid string) *tunnel {
	if old := g.byID[sid]; old != nil {
		old.end()
	}
	r := g.reader
	origin := g.origin
	origin.ordinal = g.made
	t := &tunnel{sid: sid, group: g, client: x.flow.client, server: x.flow.server, time: x.now.Time}
	t.conn = r.newConnection(nil, origin, g.made)
	t.lane[0].parts, t.lane[1].parts = map[int64]*part{}, map[int64]*part{}
	g.made++
	g.byID[sid] = t
	r.addTunnel(t)
	t.tell(x, Record{Kind: Opened, Reason: "RTMPT: the bytes were read out of HTTP requests and their answers, session ID " + sid})
	t.polled(x)
	return t
}

// addTunnel gives up on the oldest tunnel when there are too many.
func (r *Reader) addTunnel(t *tunnel) {
	r.tunnels = append(r.tunnels, t)
	if len(r.tunnels) > maxTunnels {
		oldest := r.tunnels[0]
		r.tunnels = r.tunnels[1:]
		oldest.end()
	}
}

func (r *Reader) endTunnels() {
	for _, t := range r.tunnels {
		t.end()
	}
	r.tunnels = nil
}

// find returns the tunnel with an ID, which may have been open before the
// capture began.
func (g *tunnels) find(x *exchange, sid string) *tunnel {
	if t := g.byID[sid]; t != nil {
		return t
	}
	t := g.open(x, sid)
	for _, fromServer := range [2]bool{false, true} {
		t.tell(x, Record{Kind: Gap, FromServer: fromServer, Length: -1, Reason: "the tunnel was open before the capture began"})
	}
	t.begun = true
	t.lane[0].next, t.lane[1].next = -1, -1
	return t
}
