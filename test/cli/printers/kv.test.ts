import { DeleteRangeResponse, PutResponse, TxnResponse } from '../../../src/wire/gen/rpc/kv.ts';
import { describePrinting, refused } from './render.ts';
import { fieldsFoo, fieldsHeader, foo, header, jsonFoo, jsonHeader, yamlHeader } from './samples.ts';

describePrinting('put', [
  {
    args: [PutResponse.fromPartial({ header })],
    simple: 'OK\n',
    json: `{${jsonHeader}}\n`,
    fields: fieldsHeader,
    table: refused,
    protobuf: '0a180899a3ed87fa9fdff93210e9ac86d6b9f182820d180b2002',
    yaml: yamlHeader,
  },
  {
    name: '--prev-kv',
    args: [PutResponse.fromPartial({ header, prev_kv: foo })],
    simple: 'OK\nfoo\nbar2\n',
    json: `{${jsonHeader},"prev_kv":${jsonFoo}}\n`,
    fields: `${fieldsHeader}${fieldsFoo('Prev')}`,
    protobuf: '0a180899a3ed87fa9fdff93210e9ac86d6b9f182820d180b200212110a03666f6f1002180b200a2a0462617232',
  },
  {
    name: '--prev-kv',
    hex: true,
    args: [PutResponse.fromPartial({ header, prev_kv: foo })],
    simple: 'OK\n\\x66\\x6f\\x6f\n\\x62\\x61\\x72\\x32\n',
  },
]);

describePrinting('del', [
  {
    name: 'nothing deleted',
    args: [DeleteRangeResponse.fromPartial({ header })],
    simple: '0\n',
    json: `{${jsonHeader}}\n`,
    fields: `${fieldsHeader}"Deleted" : 0\n`,
    table: refused,
    protobuf: '0a180899a3ed87fa9fdff93210e9ac86d6b9f182820d180b2002',
    yaml: yamlHeader,
  },
  {
    name: '--prev-kv',
    args: [DeleteRangeResponse.fromPartial({ header, deleted: 2n, prev_kvs: [foo, foo] })],
    simple: '2\nfoo\nbar2\nfoo\nbar2\n',
    json: `{${jsonHeader},"deleted":2,"prev_kvs":[${jsonFoo},${jsonFoo}]}\n`,
    fields: `${fieldsHeader}"Deleted" : 2\n${fieldsFoo('Prev')}${fieldsFoo('Prev')}`,
  },
]);

const revision = { header: { revision: 36n } };
const zeroHeader = '"ClusterID" : 0\n"MemberID" : 0\n"Revision" : 36\n"RaftTerm" : 0\n';

describePrinting('txn', [
  {
    name: 'one of each',
    args: [
      TxnResponse.fromPartial({
        header,
        succeeded: true,
        responses: [
          { response_put: revision },
          { response_range: { ...revision, kvs: [foo], count: 1n } },
          { response_delete_range: revision },
        ],
      }),
    ],
    simple: 'SUCCESS\n\nOK\n\nfoo\nbar2\n\n0\n',
    json: `{${jsonHeader},"succeeded":true,"responses":[{"Response":{"response_put":{"header":{"revision":36}}}},{"Response":{"response_range":{"header":{"revision":36},"kvs":[${jsonFoo}],"count":1}}},{"Response":{"response_delete_range":{"header":{"revision":36}}}}]}\n`,
    fields: `${fieldsHeader}"Succeeded" : true
${zeroHeader}${zeroHeader}${fieldsFoo()}"More" : false
"Count" : 1
${zeroHeader}"Deleted" : 0
`,
    table: refused,
    protobuf:
      '0a180899a3ed87fa9fdff93210e9ac86d6b9f182820d180b200210011a0612040a0218241a1b0a190a02182412110a03666f6f1002180b200a2a046261723220011a061a040a021824',
    yaml: `${yamlHeader}succeeded: true
responses:
- Response:
    response_put:
      header:
        revision: 36
- Response:
    response_range:
      header:
        revision: 36
      kvs:
      - key: foo
        create_revision: 2
        mod_revision: 11
        version: 10
        value: bar2
      count: 1
- Response:
    response_delete_range:
      header:
        revision: 36
`,
  },
  {
    name: 'the failure branch, empty',
    args: [TxnResponse.fromPartial({ header })],
    simple: 'FAILURE\n',
    json: `{${jsonHeader}}\n`,
    fields: `${fieldsHeader}"Succeeded" : false\n`,
  },
  {
    name: 'a transaction within',
    args: [
      TxnResponse.fromPartial({
        header,
        responses: [{ response_txn: { succeeded: true, responses: [{ response_put: {} }] } }],
      }),
    ],
    simple: 'FAILURE\n\nSUCCESS\n\nOK\n',
    json: `{${jsonHeader},"responses":[{"Response":{"response_txn":{"succeeded":true,"responses":[{"Response":{"response_put":{}}}]}}}]}\n`,
    fields: `${fieldsHeader}"Succeeded" : false
"ClusterID" : 0
"MemberID" : 0
"RaftTerm" : 0
"Succeeded" : true
"ClusterID" : 0
"MemberID" : 0
"RaftTerm" : 0
`,
  },
  {
    name: 'an answer of an unknown kind',
    args: [TxnResponse.fromPartial({ header, responses: [{}] })],
    simple: 'FAILURE\n\n',
    json: `{${jsonHeader},"responses":[{"Response":{}}]}\n`,
    fields: `${fieldsHeader}"Succeeded" : false\n`,
  },
]);
