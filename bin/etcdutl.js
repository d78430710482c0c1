#!/usr/bin/env node
require('./etcdctl.js')('etcdutl');
