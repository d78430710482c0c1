#!/usr/bin/env node
import '../dist/etcdutl.js';
