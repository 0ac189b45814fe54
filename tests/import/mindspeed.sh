# Made for the tests of qianka. SPDX-License-Identifier: Apache-2.0
export HCCL_CONNECT_TIMEOUT=3600
NPUS_PER_NODE=16
NNODES=4
MOE_ARGS="
  --num-experts 64
  --moe-router-topk 4 --moe-ffn-hidden-size 1024 --n-shared-experts 2
  --first-k-dense-replace 1
  --expert-model-parallel-size 8
"
torchrun --nproc_per_node $NPUS_PER_NODE --nnodes $NNODES posttrain_gpt.py \
  --num-layers 28 --num-layer-list 6,7,8,7 --hidden-size 2048 --ffn-hidden-size 8192 \
  --num-attention-heads 16 --group-query-attention --num-query-groups 8 \
  --tensor-model-parallel-size 2 --pipeline-model-parallel-size 4 --context-parallel-size 2 \
  --seq-length 8192 --micro-batch-size 1 --global-batch-size 64 --padded-vocab-size 102400 \
  --position-embedding-type rope --swiglu --recompute-granularity full --recompute-method block \
  --recompute-num-layers 2 --overlap-grad-reduce --overlap-param-gather --bf16 $MOE_ARGS
