#!/usr/bin/env node
import '../dist/etcdctl.js';
